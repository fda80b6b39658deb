/** Avro records out of bytes that anyone may have written. */
@NullMarked
package dev.kubeproxyfleet.schemas.binary;

import org.jspecify.annotations.NullMarked;

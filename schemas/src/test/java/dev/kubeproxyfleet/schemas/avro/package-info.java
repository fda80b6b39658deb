@NullMarked
package dev.kubeproxyfleet.schemas.avro;

import org.jspecify.annotations.NullMarked;

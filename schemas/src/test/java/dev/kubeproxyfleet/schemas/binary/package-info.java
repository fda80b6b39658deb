@NullMarked
package dev.kubeproxyfleet.schemas.binary;

import org.jspecify.annotations.NullMarked;

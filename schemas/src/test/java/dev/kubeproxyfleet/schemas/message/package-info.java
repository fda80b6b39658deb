@NullMarked
package dev.kubeproxyfleet.schemas.message;

import org.jspecify.annotations.NullMarked;

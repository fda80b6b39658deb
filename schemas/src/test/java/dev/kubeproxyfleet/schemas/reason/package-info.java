@NullMarked
package dev.kubeproxyfleet.schemas.reason;

import org.jspecify.annotations.NullMarked;

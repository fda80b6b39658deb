@NullMarked
package dev.kubeproxyfleet.schemas.log;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.kubeproxyfleet.fleet.tracing;

import org.jspecify.annotations.NullMarked;

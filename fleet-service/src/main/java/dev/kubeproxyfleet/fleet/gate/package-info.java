/** Whether changed clusters fare worse than unchanged ones, by counts alone: pure statistics of values, see ADR 16. */
@NullMarked
package dev.kubeproxyfleet.fleet.gate;

import org.jspecify.annotations.NullMarked;

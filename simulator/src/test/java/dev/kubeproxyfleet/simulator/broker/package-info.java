/** Tests of the embedded broker, on a real one. */
@NullMarked
package dev.kubeproxyfleet.simulator.broker;

import org.jspecify.annotations.NullMarked;

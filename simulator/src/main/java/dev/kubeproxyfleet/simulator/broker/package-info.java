/** A real Kafka in this process, for the sandbox and for tests; its data survives a restart. */
@NullMarked
package dev.kubeproxyfleet.simulator.broker;

import org.jspecify.annotations.NullMarked;

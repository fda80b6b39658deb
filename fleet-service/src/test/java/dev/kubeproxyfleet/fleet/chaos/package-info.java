/** Everything that can be killed is killed, frozen and cut off by a seed, and what Azure and Kafka keep is the witness. */
@NullMarked
package dev.kubeproxyfleet.fleet.chaos;

import org.jspecify.annotations.NullMarked;

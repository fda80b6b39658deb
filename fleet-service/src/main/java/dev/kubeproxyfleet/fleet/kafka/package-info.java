/** The service's way to Kafka: settings, topics that exist with the right settings, and the two Streams applications' lifecycle. */
@NullMarked
package dev.kubeproxyfleet.fleet.kafka;

import org.jspecify.annotations.NullMarked;

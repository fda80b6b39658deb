/** The agent's process: takes a snapshot of its node in every interval and ships it to Kafka, within limits while Kafka is away. */
@NullMarked
package dev.kubeproxyfleet.agent;

import org.jspecify.annotations.NullMarked;

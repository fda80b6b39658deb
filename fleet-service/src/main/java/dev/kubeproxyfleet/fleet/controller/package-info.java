/** Hosts the core in Kafka Streams: loads, calls, stores, forwards, exactly once. */
@NullMarked
package dev.kubeproxyfleet.fleet.controller;

import org.jspecify.annotations.NullMarked;

package dev.kubeproxyfleet.fleet.kafka;

import java.util.Map;
import org.apache.kafka.streams.Topology;

/**
 * A Kafka Streams application that the service runs, as a CDI bean. {@link StreamsRunner} starts it once the topics exist.
 */
public interface StreamsApplication {

    /** What it is for, in one word: part of its application id and the name of its health checks. */
    String purpose();

    Topology topology();

    /** Streams settings beyond the shared ones, such as {@code processing.guarantee}. */
    Map<String, Object> settings();
}

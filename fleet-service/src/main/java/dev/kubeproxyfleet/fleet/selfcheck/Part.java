package dev.kubeproxyfleet.fleet.selfcheck;

import java.util.function.Consumer;

/** One of the things around the service, as a CDI bean that knows what the service needs there. */
public interface Part {

    /** Place among the parts, in which their findings are told. */
    int order();

    /** What it is, in words: {@code Kafka}. */
    String name();

    /**
     * Looks at all of it, and changes nothing anywhere.
     *
     * @param found takes each finding at once, so that those made in time are told
     */
    void look(Consumer<Finding> found) throws InterruptedException;
}

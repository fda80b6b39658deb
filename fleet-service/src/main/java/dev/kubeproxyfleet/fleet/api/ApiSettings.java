package dev.kubeproxyfleet.fleet.api;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Set;

/** Limits and waits of the API. */
@ConfigMapping(prefix = "kpfleet.api")
interface ApiSettings {

    /** How long a request waits for the controller's answer before it says 202. */
    @WithDefault("PT5S")
    Duration answerTimeout();

    /** Requests that may wait for an answer at once; a further one is told to come back. */
    @WithDefault("256")
    int maxWaitingRequests();

    /** Event streams open at once. */
    @WithDefault("200")
    int maxSubscribers();

    /**
     * Event streams that one caller may have open at once, where there is a login to know callers by.
     *
     * @since 0.2.0
     */
    @WithDefault("20")
    int maxSubscribersPerCaller();

    /**
     * Requests that change or plan something which one caller may send at once, where there is a login to know callers by. What is
     * spent comes back evenly within a minute. Such a request may wait for its answer for a quarter of a minute, so that five
     * quarters of it should be less than {@code max-waiting-requests}.
     *
     * @since 0.2.0
     */
    @WithDefault("120")
    int maxChangesPerCaller();

    /** Different things changed that one slow event stream may owe its reader; above it is told to reload instead. */
    @WithDefault("2000")
    int subscriberBuffer();

    /** Silence after which an event stream sends a heartbeat. */
    @WithDefault("PT15S")
    Duration heartbeat();

    /** Time in which an event stream's reader must take what it is sent; a reader that does not is dropped. */
    @WithDefault("PT30S")
    Duration streamPatience();

    /**
     * How long an event stream stays open; its reader opens another one. A reader that reads nothing holds its place no longer,
     * also where too little happens to notice it by.
     */
    @WithDefault("PT5M")
    Duration streamLifetime();

    /** Bytes of request bodies held in memory at once, of all requests; a further one is told to come back. */
    @WithDefault("16M")
    MemorySize maxBytesInFlight();

    /** Time in which the body of a request must have come in full. */
    @WithDefault("PT10S")
    Duration bodyTimeout();

    /**
     * Whether the API, its streams and the dashboard are answered to other machines too, where {@code quarkus.http.host} lets them
     * connect. It needs a login ({@code kpfleet.access.login}), or {@code kpfleet.api.insecure}. Health and metrics are always answered.
     */
    @WithDefault("false")
    boolean exposed();

    /**
     * Whether the API may be exposed although there is no login: whoever can connect may then do all that the service may.
     *
     * @since 0.2.0
     */
    @WithDefault("false")
    boolean insecure();

    /**
     * Host names and addresses under which anything is answered, without a port. The address that {@code quarkus.http.host}
     * names, and the one at which a connection comes in, are always among them.
     */
    @WithDefault("localhost,127.0.0.1,[::1]")
    Set<String> allowedHosts();
}

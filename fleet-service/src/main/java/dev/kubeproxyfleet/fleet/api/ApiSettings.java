package dev.kubeproxyfleet.fleet.api;

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

    /** Points of health history kept in memory for each cluster. */
    @WithDefault("360")
    int historyPoints();

    /** Audit records kept in memory, the newest ones. */
    @WithDefault("1000")
    int auditRecords();

    /** Event streams open at once. */
    @WithDefault("200")
    int maxSubscribers();

    /** Different things changed that one slow event stream may owe its reader; above it is told to reload instead. */
    @WithDefault("2000")
    int subscriberBuffer();

    /** Silence after which an event stream sends a heartbeat. */
    @WithDefault("PT15S")
    Duration heartbeat();

    /** Host names under which a browser page may change things; a page of any other origin is refused. */
    @WithDefault("localhost,127.0.0.1,[::1]")
    Set<String> allowedHosts();
}

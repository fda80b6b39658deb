package dev.kubeproxyfleet.simulator.world;

/**
 * How long the simulated servers keep connections on which nothing is asked: as an API server of Kubernetes does. The JDK's server
 * would close every further one beyond 200, which a client of a whole fleet meets all the time, and of real servers never.
 */
public final class KeptConnections {

    private static final String MAX_IDLE = "100000";

    /** Of a Kubernetes API server. */
    private static final String IDLE_SECONDS = "90";

    private KeptConnections() {}

    /** To be called before the first server of the process is made, which reads it once. */
    public static void allow() {
        System.setProperty("sun.net.httpserver.maxIdleConnections", MAX_IDLE);
        System.setProperty("sun.net.httpserver.idleInterval", IDLE_SECONDS);
    }
}

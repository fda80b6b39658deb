package dev.kubeproxyfleet.simulator.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The virtual services of a cluster, which all of its nodes carry, and the traffic that one node sends to each.
 *
 * <p>One backend of most services is slower than the others and so holds each connection longer: that is what a scheduler that
 * only counts new connections cannot see.
 */
record ServicePlan(List<Service> services) {

    private static final int APPS_FEWEST = 4;
    private static final int APPS_MORE = 4;
    private static final int CLUSTER_IPS = 0x0A000000;
    private static final int POD_IPS = 0x0AF40000;

    /**
     * One virtual service.
     *
     * @param address IPv4, as the kernel prints it
     * @param backends IPv4 addresses of the real servers, in the kernel's order: newest first
     * @param slowness factor on the duration of a backend's connections
     * @param perSecond new connections of one node, in the mean
     * @param medianSeconds duration of a connection of TCP; unused for UDP
     */
    record Service(
            boolean udp,
            int address,
            int port,
            int backendPort,
            int[] backends,
            double[] slowness,
            double perSecond,
            double medianSeconds) {}

    ServicePlan {
        services = List.copyOf(services);
    }

    static ServicePlan of(long seed) {
        Random random = new Random(seed);
        Pods pods = new Pods(random);
        List<Service> services = new ArrayList<>();
        services.add(service(pods, false, CLUSTER_IPS + 1, 443, 443, 1, 0.02, 120, 1));
        int[] dns = pods.take(2);
        double[] even = {1, 1};
        services.add(new Service(true, CLUSTER_IPS + 10, 53, 53, dns, even, 2.0, 0));
        services.add(new Service(false, CLUSTER_IPS + 10, 53, 53, dns, even, 0.05, 1));
        int ingress = CLUSTER_IPS + 0x100 + random.nextInt(0xFE00);
        int[] ingressPods = pods.take(3);
        double[] ingressSlowness = slowness(random, 3, 4);
        services.add(new Service(false, ingress, 443, 443, ingressPods, ingressSlowness, 1.0, 20));
        services.add(new Service(false, ingress, 80, 80, ingressPods, ingressSlowness, 0.2, 3));
        int apps = APPS_FEWEST + random.nextInt(APPS_MORE + 1);
        for (int i = 0; i < apps; i++) {
            services.add(service(
                    pods,
                    false,
                    CLUSTER_IPS + 0x100 + random.nextInt(0xFE00),
                    80,
                    8080,
                    2 + random.nextInt(5),
                    0.1 + random.nextDouble() * 0.5,
                    5 + random.nextDouble() * 40,
                    2 + random.nextDouble() * 2));
        }
        return new ServicePlan(services);
    }

    private static Service service(
            Pods pods,
            boolean udp,
            int address,
            int port,
            int backendPort,
            int backends,
            double perSecond,
            double medianSeconds,
            double slowest) {
        return new Service(
                udp,
                address,
                port,
                backendPort,
                pods.take(backends),
                slowness(pods.random(), backends, slowest),
                perSecond,
                medianSeconds);
    }

    private static double[] slowness(Random random, int backends, double slowest) {
        double[] factors = new double[backends];
        java.util.Arrays.fill(factors, 1);
        factors[random.nextInt(backends)] = slowest;
        return factors;
    }

    private record Pods(Random random) {
        int[] take(int count) {
            return random.ints(0x100, 0xFFFE)
                    .distinct()
                    .limit(count)
                    .map(offset -> POD_IPS + offset)
                    .toArray();
        }
    }
}

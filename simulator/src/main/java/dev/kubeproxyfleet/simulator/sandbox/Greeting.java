package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.kubernetes.KubernetesSimulator;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a sandbox says when it is ready.
 *
 * @param kafka brokers, {@code host:port,…}
 * @param users who may come, and how; empty where everybody may
 * @param processes a line for each replica, and for each of several brokers
 * @param cluster the name of one to look at
 */
record Greeting(
        URI dashboard,
        String kafka,
        ArmSimulator azure,
        KubernetesSimulator kubernetes,
        DataFolder folder,
        List<String> users,
        List<String> processes,
        String cluster) {

    String text(Duration took) {
        String program = System.getProperty("kpfleet.program", "./kpfleet");
        String server = dashboard.getPort() == 8080 ? "" : " --server " + dashboard;
        return """
                Ready after %.1f s.

                  dashboard   %s
                  Kafka       %s
                  Azure       %s (certificate %s, see docs/simulated-azure.md)
                  Kubernetes  %s (certificate %s, see docs/simulated-kubernetes.md)
                %s
                Try, in another terminal:
                %s  %s apply -f deploy/sandbox/fleet-config.yaml%s
                  %s get rollout prod-ipvs -w%s
                  %s explain %s%s
                %s
                Ctrl-C stops everything; the next start goes on where this one was.""".formatted(
                        took.toMillis() / 1000.0,
                        dashboard,
                        kafka,
                        azure.endpoint(),
                        folder.certificate(),
                        kubernetes.endpoint(),
                        folder.kubernetesCertificate(),
                        lines(),
                        users.isEmpty() ? "" : "  " + program + " login" + server + "    # adam may do everything\n",
                        program,
                        server,
                        program,
                        server,
                        program,
                        cluster,
                        server,
                        processes.size() == 1 ? "" : """

                                Kill one of them while a rollout runs, and watch the others go on. It is started again.
                                """);
    }

    private String lines() {
        StringBuilder lines = new StringBuilder();
        Stream.concat(users.stream(), processes.stream())
                .forEach(line -> lines.append("  ").append(line).append('\n'));
        return lines.toString();
    }
}

package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kpfleet get …}: shows what there is. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(rollouts | rollout | configs | strategies | clusters | cluster)",
        description = "Shows rollouts, configurations, strategies and clusters.")
final class GetCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "what to get? One of rollouts, rollout, configs, strategies, clusters, cluster.");
        }
    }

    /** Reads one answer and prints it. */
    private abstract static class Reading implements Callable<Integer> {

        final Kpfleet kpfleet;
        final Surroundings world;

        @Option(
                names = {"-o", "--output"},
                paramLabel = "table|json|yaml",
                defaultValue = "table",
                description = "How to print (default: ${DEFAULT-VALUE}); json and yaml are the service's own answer.")
        Output output = Output.table;

        Reading(Kpfleet kpfleet) {
            this.kpfleet = kpfleet;
            this.world = kpfleet.world;
        }

        /** Prints {@code answer}, drawn by {@code drawn}, or says why there is none. */
        int print(Answer answer, Drawn drawn) throws JsonProcessingException {
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, world);
            }
            output.print(ok.body(), () -> drawn.lines(ok.body()), world);
            return ExitCode.OK;
        }

        interface Drawn {
            List<Line> lines(JsonNode answer) throws JsonProcessingException;
        }
    }

    @Command(
            name = "rollouts",
            aliases = "ro",
            mixinStandardHelpOptions = true,
            description = "Lists the rollouts, newest first.")
    static final class Rollouts extends Reading {

        Rollouts(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                return print(
                        client.get("/rollouts"),
                        answer -> Views.rollouts(answer, world.clock().instant()));
            }
        }
    }

    @Command(
            name = "configs",
            mixinStandardHelpOptions = true,
            description = "Lists the configurations that are in force, with their latest rollout.")
    static final class Configs extends Reading {

        Configs(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                return print(client.get("/configs"), Views::configs);
            }
        }
    }

    @Command(
            name = "strategies",
            mixinStandardHelpOptions = true,
            description = "Lists the stored strategies that configurations may refer to.")
    static final class Strategies extends Reading {

        Strategies(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                return print(client.get("/strategies"), Views::strategies);
            }
        }
    }

    @Command(
            name = "rollout",
            mixinStandardHelpOptions = true,
            description = "Shows one rollout with its stages and clusters.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  kpfleet get rollout prod-ipvs       the latest rollout of this configuration",
                "  kpfleet get rollout prod-ipvs.2 -w  follow this one until it ends"
            })
    static final class Rollout extends Reading {

        @Parameters(paramLabel = "<rollout|config>", description = "A rollout's id, or a config's name for its latest.")
        private String id = "";

        @Option(
                names = {"-w", "--watch"},
                description = "Follow it until it ends; the exit code then says how.")
        private boolean watch;

        @Option(
                names = "--timeout",
                paramLabel = "<time>",
                converter = TimeSpan.class,
                description = "Stop following after this long, such as 90s, 30m, 2h; the rollout goes on.")
        private @Nullable Duration timeout;

        Rollout(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException, InterruptedException {
            if (watch && output != Output.table) {
                throw new UsageException(
                        "-w draws a table; without -w, -o %s prints the rollout as it is now.".formatted(output));
            }
            try (FleetClient client = kpfleet.client()) {
                if (watch) {
                    return new RolloutWatch(client, world, timeout).follow(id, false);
                }
                return print(
                        client.get("/rollouts/" + FleetClient.encode(id)),
                        answer -> RolloutTree.draw(
                                RolloutModel.read(answer),
                                unlimitedHeight(world.screen().look()),
                                world.clock().instant(),
                                world.program()));
            }
        }

        private static Look unlimitedHeight(Look look) {
            return new Look(look.width(), Look.UNLIMITED, look.colour(), look.unicode());
        }
    }

    @Command(
            name = "clusters",
            mixinStandardHelpOptions = true,
            description = "Lists the clusters of the fleet with what they run.")
    static final class Clusters extends Reading {

        Clusters(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                return print(client.get("/clusters"), Views::clusters);
            }
        }
    }

    @Command(name = "cluster", mixinStandardHelpOptions = true, description = "Shows one cluster with its nodes.")
    static final class Cluster extends Reading {

        @Parameters(paramLabel = "<cluster>", description = "A cluster's name, or its ARM resource id.")
        private String cluster = "";

        Cluster(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                Answer all = client.get("/clusters");
                if (!(all instanceof Answer.Ok ok)) {
                    return Answers.complain(all, world);
                }
                List<JsonNode> found = find(ok.body());
                if (found.size() != 1) {
                    world.complain(
                            found.isEmpty()
                                    ? "no cluster is named '%s'; '%s get clusters' lists them."
                                            .formatted(cluster, world.program())
                                    : "%d clusters are named '%s'; give the resource id of one:"
                                            .formatted(found.size(), cluster));
                    found.forEach(node -> world.complainFurther(node.path("id").asText()));
                    return ExitCode.REFUSED;
                }
                JsonNode one = found.getFirst();
                return print(
                        client.get("/clusters/%s/%s/%s"
                                .formatted(
                                        FleetClient.encode(
                                                one.path("subscription").asText()),
                                        FleetClient.encode(
                                                one.path("resourceGroup").asText()),
                                        FleetClient.encode(one.path("name").asText()))),
                        answer -> Views.cluster(answer, world.clock().instant()));
            }
        }

        private List<JsonNode> find(JsonNode clusters) {
            List<JsonNode> found = new ArrayList<>();
            for (JsonNode node : clusters) {
                if (node.path("name").asText().equalsIgnoreCase(cluster)
                        || node.path("id").asText().equalsIgnoreCase(cluster)) {
                    found.add(node);
                }
            }
            return found;
        }
    }
}

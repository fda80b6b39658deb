package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kpfleet get …}: shows what there is. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(rollouts | rollout | configs | strategies | clusters | cluster | agents)",
        description = "Shows rollouts, configurations, strategies, clusters and agents.")
final class GetCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "what to get? One of rollouts, rollout, configs, strategies, clusters, cluster, agents.");
        }
    }

    @Command(
            name = "rollouts",
            aliases = "ro",
            mixinStandardHelpOptions = true,
            description = "Lists the rollouts, newest first.")
    static final class Rollouts extends Reading {

        @Mixin
        private final Pages pages = new Pages();

        Rollouts(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                return printAll(
                        pages.read(client, "/rollouts", "", world),
                        RolloutStatus.class,
                        rollouts -> RolloutTable.of(rollouts, world.clock().instant()));
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
                return printAll(client.get("/configs"), ConfigView.class, ConfigTable::of);
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
                return printAll(client.get("/strategies"), FleetStrategy.class, StrategyTable::of);
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
                "  kpfleet get rollout prod-ipvs.2 -w  follow this one until it ends",
                "  kpfleet get rollout prod-ipvs -o wide  with all that its gates compare, and what its changes cost"
            })
    static final class Rollout extends Reading {

        @Mixin
        private final RolloutArgument rollout = new RolloutArgument();

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
            if (watch && output != Output.Form.table) {
                throw new UsageException(
                        "-w draws a table; without -w, -o %s prints the rollout as it is now.".formatted(output));
            }
            try (FleetClient client = kpfleet.client()) {
                if (watch) {
                    return new RolloutWatch(client, world, timeout).follow(rollout.id(), false);
                }
                return print(client.get(rollout.path()), RolloutDetail.class, this::lines);
            }
        }

        private List<Line> lines(RolloutDetail detail) {
            RolloutModel model = RolloutModel.of(detail);
            List<Line> lines = new ArrayList<>(RolloutTree.draw(
                    model, unlimitedHeight(world.screen().look()), world.clock().instant(), world.again()));
            if (output == Output.Form.wide) {
                lines.addAll(GateTable.of(detail.rollout()));
                lines.addAll(CostLines.of(model));
            }
            return lines;
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

        @Mixin
        private final Pages pages = new Pages();

        @Mixin
        private final SelectionOptions selection = new SelectionOptions();

        Clusters(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                return printAll(
                        pages.read(client, "/clusters", selection.query(), world),
                        ClusterView.class,
                        clusters -> output == Output.Form.wide
                                ? ClusterTable.wide(clusters, world.clock().instant())
                                : ClusterTable.of(clusters));
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
                Optional<ClusterView> found = NamedCluster.find(cluster, ok.listOf(ClusterView.class), world);
                if (found.isEmpty()) {
                    return ExitCode.REFUSED;
                }
                ClusterView one = found.get();
                return print(
                        client.get("/clusters/%s/%s/%s"
                                .formatted(
                                        FleetClient.encode(one.subscription()),
                                        FleetClient.encode(one.resourceGroup()),
                                        FleetClient.encode(one.name()))),
                        ClusterDetail.class,
                        detail -> ClusterSheet.of(detail, world.clock().instant()));
            }
        }
    }
}

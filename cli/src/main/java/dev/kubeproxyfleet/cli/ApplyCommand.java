package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kpfleet apply}: publishes configurations. Nothing is sent unless all of them are valid. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Publishes a configuration, to be rolled out over the clusters it selects.",
            "It comes from FleetConfig files, or from a file made for 'az aks update --kube-proxy-config' and a selection."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet apply -f fleet-config.yaml",
            "  kpfleet apply -f fleet-config.yaml --wait --timeout 2h",
            "  kpfleet apply --name prod-ipvs --kube-proxy-config kube-proxy.json --select env=prod,tier=gold",
            "  kpfleet apply --name all-ipvs --kube-proxy-config kube-proxy.json --select-name '*'"
        })
final class ApplyCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "<file>",
            description = "A FleetConfig in YAML or JSON; - is standard input. May be given several times.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--name", paramLabel = "<config>", description = "With --kube-proxy-config: the config's name.")
    private @Nullable String name;

    @Option(
            names = "--kube-proxy-config",
            paramLabel = "<file>",
            description = "A kube-proxy.json as 'az aks' takes it; - is standard input.")
    private @Nullable String kubeProxyConfig;

    @Option(
            names = "--select",
            paramLabel = "<tag>=<value>",
            split = ",",
            description = "Clusters that have this Azure tag; several must all match.")
    private Map<String, String> select = new LinkedHashMap<>();

    @Option(
            names = "--select-name",
            paramLabel = "<glob>",
            split = ",",
            description = "Clusters of this name; * and ? stand for anything.")
    private List<String> selectNames = new ArrayList<>();

    @Option(
            names = "--location",
            paramLabel = "<location>",
            split = ",",
            description = "Clusters in this Azure location.")
    private List<String> locations = new ArrayList<>();

    @Option(names = "--wait", description = "Follow the rollout until it ends; the exit code then says how.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            converter = TimeSpan.class,
            description = "With --wait: stop following after this long, such as 90s, 30m, 2h; the rollout goes on.")
    private @Nullable Duration timeout;

    ApplyCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException, InterruptedException {
        Surroundings world = kpfleet.world;
        List<ConfigFiles.Good> documents = new ArrayList<>();
        boolean bad = false;
        for (ConfigFiles.Document document : documents()) {
            switch (document) {
                case ConfigFiles.Good good -> documents.add(good);
                case ConfigFiles.Bad(String source, List<String> problems) -> {
                    problems.forEach(problem -> world.complain(LintCommand.sentence(source, problem)));
                    bad = true;
                }
            }
        }
        if (bad) {
            world.complain("nothing was sent.");
            return ExitCode.USAGE;
        }
        try (FleetClient client = kpfleet.client()) {
            List<String> rollouts = new ArrayList<>();
            int code = ExitCode.OK;
            for (ConfigFiles.Good document : documents) {
                Answer answer = client.put(
                        "/configs/" + FleetClient.encode(document.config().name()),
                        document.bytes(),
                        document.contentType());
                if (answer instanceof Answer.Ok ok) {
                    AuditRecord audit = Json.MAPPER.treeToValue(ok.body(), AuditRecord.class);
                    String rollout = audit.rollout() == null ? audit.config() : audit.rollout();
                    world.print(Views.answered(audit, world.screen().look()));
                    if (wait) {
                        rollouts.add(rollout);
                    } else {
                        world.print(Views.next("watch it", "get rollout " + rollout + " -w", world.program()));
                    }
                } else {
                    int refused = Answers.complain(answer, world);
                    code = code == ExitCode.OK ? refused : code;
                }
            }
            for (String rollout : rollouts) {
                int outcome = new RolloutWatch(client, world, timeout).follow(rollout, true);
                code = code == ExitCode.OK ? outcome : code;
            }
            return code;
        }
    }

    private List<ConfigFiles.Document> documents() {
        boolean selects = !select.isEmpty() || !selectNames.isEmpty() || !locations.isEmpty();
        if (timeout != null && !wait) {
            throw new UsageException("--timeout says how long to --wait; give both.");
        }
        if (kubeProxyConfig == null) {
            if (files.isEmpty()) {
                throw new UsageException(
                        "what to publish? Give -f <fleet-config.yaml>, or --name, --kube-proxy-config and --select.");
            }
            if (name != null || selects) {
                throw new UsageException(
                        "--name and the selection go with --kube-proxy-config; a FleetConfig file has its own.");
            }
            if (files.stream().filter(ConfigFiles.STANDARD_INPUT::equals).count() > 1) {
                throw new UsageException("standard input can be read only once.");
            }
            return files.stream()
                    .map(file -> ConfigFiles.fleetConfig(file, kpfleet.world.in()))
                    .toList();
        }
        if (!files.isEmpty()) {
            throw new UsageException("give either -f or --kube-proxy-config.");
        }
        if (name == null) {
            throw new UsageException("--kube-proxy-config needs --name: what the configuration is called from now on.");
        }
        if (!selects) {
            throw new UsageException(
                    "which clusters? Give --select tag=value, --select-name or --location; every cluster is --select-name '*'.");
        }
        return List.of(
                ConfigFiles.aroundKubeProxy(name, kubeProxyConfig, kpfleet.world.in(), select, selectNames, locations));
    }
}

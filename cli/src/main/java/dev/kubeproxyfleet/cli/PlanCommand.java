package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet plan}: what publishing would do. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Says what publishing a configuration would do, cluster by cluster, and changes nothing.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet plan -f fleet-config.yaml",
            "  kpfleet plan -f fleet-config.yaml -o json",
            "  kpfleet plan -f fleet-config.yaml -o markdown   for a comment in a pull request",
            "  kpfleet plan --name prod-ipvs --kube-proxy-config kube-proxy.json --select env=prod"
        })
final class PlanCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<form>",
            defaultValue = "table",
            converter = Converter.class,
            description = {
                "How to print (default: ${DEFAULT-VALUE}): table; markdown is for a comment in a pull request; json and yaml are the"
                        + " service's own answer;",
                "jsonpath={.stages[*].name} takes from it, as kubectl's does."
            })
    private Output output = Output.Form.table;

    @Mixin
    private final DocumentOptions what = new DocumentOptions();

    PlanCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        return plan(kpfleet, what.read(kpfleet.world.in()), output);
    }

    /** Prints the plan of every config; a strategy given beside them is used as if it were stored. */
    static int plan(Kpfleet kpfleet, List<ConfigFiles.Document> documents, Output output)
            throws JsonProcessingException {
        Surroundings world = kpfleet.world;
        if (DocumentOptions.complain(documents, world)) {
            return ExitCode.USAGE;
        }
        long configs =
                documents.stream().filter(ConfigFiles.Config.class::isInstance).count();
        if (configs == 0) {
            throw new UsageException("a strategy alone changes no cluster; give a config that refers to it, too.");
        }
        if (configs > 1 && !output.isForPeople() && !(output instanceof Output.Comment)) {
            throw new UsageException("-o %s prints one plan; give one config.".formatted(output));
        }
        Map<String, ConfigFiles.Strategy> strategies = new HashMap<>();
        int code = ExitCode.OK;
        try (FleetClient client = kpfleet.client()) {
            for (ConfigFiles.Document document : documents) {
                int planned = switch (document) {
                    case ConfigFiles.Strategy strategy -> {
                        strategies.put(strategy.strategy().name(), strategy);
                        yield ExitCode.OK;
                    }
                    case ConfigFiles.Config config -> plan(config, strategies, client, output, world);
                    case ConfigFiles.Bad _, ConfigFiles.Other _ -> ExitCode.USAGE;
                };
                code = code == ExitCode.OK ? planned : code;
            }
        }
        return code;
    }

    private static int plan(
            ConfigFiles.Config config,
            Map<String, ConfigFiles.Strategy> strategies,
            FleetClient client,
            Output output,
            Surroundings world)
            throws JsonProcessingException {
        @Nullable String reference = config.config().spec().strategyRef();
        ConfigFiles.@Nullable Strategy given = reference == null ? null : strategies.get(reference);
        Answer answer = given == null
                ? client.post("/plans", config.bytes(), config.contentType())
                : client.post("/plans", inline(config.config(), given), "application/json");
        if (!(answer instanceof Answer.Ok ok)) {
            return Answers.complain(answer, world);
        }
        output.print(
                ok.body(),
                () -> PlanView.plan(
                        ok.as(RolloutPlan.class),
                        world.screen().look(),
                        world.clock().instant()),
                world);
        return ExitCode.OK;
    }

    private static byte[] inline(FleetConfig config, ConfigFiles.Strategy strategy) throws JsonProcessingException {
        FleetConfig.Spec spec = config.spec();
        return Json.MAPPER.writeValueAsBytes(FleetConfig.of(
                config.name(),
                new FleetConfig.Spec(
                        spec.kubeProxy(),
                        spec.agents(),
                        spec.selector(),
                        spec.priority(),
                        strategy.strategy().spec(),
                        spec.drift(),
                        spec.newClusters(),
                        null)));
    }

    /** Reads what stands after {@code -o} here: one form more than elsewhere. */
    static final class Converter extends Output.Converter {

        @Override
        SortedMap<String, Output> more() {
            return new TreeMap<>(Map.of(
                    Output.Style.markdown.name(),
                    new Output.Comment(answer -> PlanMarkdown.of(Contract.of(answer, RolloutPlan.class)))));
        }
    }
}

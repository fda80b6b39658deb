package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet export}: what is published, as files that publish the same. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = {
            "Writes the configurations that are published, and the strategies that they refer to, as files.",
            "To apply such a file changes nothing; what you left out when you published is written out in it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet export prod-ipvs > prod-ipvs.yaml",
            "  kpfleet export -o fleet",
            "  kpfleet export --ignore terraform"
        })
final class ExportCommand implements Callable<Integer> {

    private static final String STRATEGIES = "strategies/";

    private final Kpfleet kpfleet;
    private final Surroundings world;

    @Parameters(paramLabel = "<config>", arity = "0..*", description = "Configurations by name; else all of them.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--ignore",
            paramLabel = "terraform|bicep",
            description = "Only print what leaves kubeProxyConfig to us in the code that owns your clusters.")
    private @Nullable ForeignOwner owner;

    @Mixin
    private final FolderOptions folder = new FolderOptions();

    ExportCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (owner != null) {
            if (!names.isEmpty() || folder.isNamed()) {
                throw new UsageException("--ignore prints one block, for every configuration; leave names and -o out.");
            }
            world.out().print(owner.block());
            world.out().flush();
            return ExitCode.OK;
        }
        try (FleetClient client = kpfleet.client()) {
            Answer configs = client.get("/configs");
            if (!(configs instanceof Answer.Ok published)) {
                return Answers.complain(configs, world);
            }
            Answer strategies = client.get("/strategies");
            if (!(strategies instanceof Answer.Ok stored)) {
                return Answers.complain(strategies, world);
            }
            return write(published.listOf(ConfigView.class), stored.listOf(FleetStrategy.class));
        }
    }

    private int write(List<ConfigView> published, List<FleetStrategy> stored) throws JsonProcessingException {
        Set<String> missing = new LinkedHashSet<>(names);
        published.forEach(config -> missing.remove(config.name()));
        if (!missing.isEmpty()) {
            world.complain("no configuration is called %s; '%s get configs' lists them."
                    .formatted(missing.iterator().next(), world.again()));
            return ExitCode.REFUSED;
        }
        SortedMap<String, String> files = new TreeMap<>();
        Set<String> wanted = new LinkedHashSet<>();
        for (ConfigView config : published) {
            if (names.isEmpty() || names.contains(config.name())) {
                files.put(config.name() + ".yaml", yaml(config));
                if (config.spec().strategyRef() != null) {
                    wanted.add(config.spec().strategyRef());
                }
            }
        }
        for (FleetStrategy strategy : stored) {
            if (names.isEmpty() || wanted.contains(strategy.name())) {
                files.put(STRATEGIES + strategy.name() + ".yaml", Output.Form.yaml(Json.MAPPER.valueToTree(strategy)));
            }
        }
        if (files.isEmpty()) {
            throw new UsageException("nothing is published.");
        }
        String count = Count.of(files.size(), "file");
        return folder.write(
                files,
                "this is " + count,
                world,
                into -> world.print(Symbols.good(world.screen().look()).and(" %s in %s".formatted(count, into))));
    }

    private static String yaml(ConfigView config) throws JsonProcessingException {
        ObjectNode document = Json.MAPPER.valueToTree(FleetConfig.of(config.name(), config.spec()));
        if (config.spec().strategyRef() != null) {
            // The copy that the latest rollout uses; the name is what was published.
            document.withObject("/spec").remove("strategy");
        }
        return Output.Form.yaml(document);
    }
}

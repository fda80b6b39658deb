package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyRead;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kpfleet lint}: judges files without a service. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = {
            "Checks FleetConfig and FleetStrategy files as the service would, without one.",
            "A kube-proxy file for 'az aks' is checked as such, and so is a cluster that 'az aks show' printed."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  kpfleet lint -f fleet-config.yaml", "  kpfleet lint -f fleet-config.yaml -o sarif > kpfleet.sarif"
        })
final class LintCommand implements Callable<Integer> {

    /** How findings are printed. */
    enum Form {
        /** For people. */
        text,
        /** SARIF 2.1.0 (OASIS), as code hosts take it. */
        sarif
    }

    private final Kpfleet kpfleet;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "<file>",
            description =
                    "A FleetConfig or FleetStrategy in YAML or JSON; - is standard input. May be given several times.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|sarif",
            defaultValue = "text",
            description = "How to print (default: ${DEFAULT-VALUE}); sarif is for code hosts and editors.")
    private Form form = Form.text;

    LintCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        Surroundings world = kpfleet.world;
        List<ConfigFiles.Document> documents = ConfigFiles.eachOnce(
                files.stream().map(file -> ConfigFiles.read(file, world.in())).toList());
        switch (form) {
            case text -> documents.forEach(document -> world.print(lines(document, world)));
            case sarif -> {
                world.out()
                        .println(Visible.json(Json.MAPPER
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(Sarif.of(documents, Kpfleet.Version.number()))));
                world.out().flush();
            }
        }
        return documents.stream().anyMatch(LintCommand::isBad) ? ExitCode.USAGE : ExitCode.OK;
    }

    private static boolean isBad(ConfigFiles.Document document) {
        return switch (document) {
            case ConfigFiles.Good _ -> false;
            case ConfigFiles.Bad _ -> true;
            case ConfigFiles.Other other -> other.read() instanceof KubeProxyRead.Invalid;
        };
    }

    private static List<Line> lines(ConfigFiles.Document document, Surroundings world) {
        Look look = world.screen().look();
        List<Line> lines = new ArrayList<>();
        switch (document) {
            case ConfigFiles.Config good -> {
                FleetConfig.Spec spec = good.config().spec();
                lines.add(good(good, look)
                        .and(good.config().name(), Tone.STRONG)
                        .and(", " + spec.desired().describe() + ", ")
                        .and(
                                spec.strategyRef() == null
                                        ? stages(spec.strategy()) + ", gates: " + GateWords.of(spec.gate())
                                        : "strategy " + spec.strategyRef()));
            }
            case ConfigFiles.Strategy good ->
                lines.add(good(good, look)
                        .and(good.strategy().name(), Tone.STRONG)
                        .and(", a strategy, " + stages(good.strategy().spec()) + ", gates: "
                                + GateWords.of(good.strategy().spec().gate())));
            case ConfigFiles.Bad(String source, List<Flaw> flaws) ->
                flaws.forEach(flaw -> lines.add(Symbols.bad(look).and(" " + flaw.sentence(source))));
            case ConfigFiles.Other(String source, KubeProxyRead.Invalid(var kind, var problems)) -> {
                lines.add(
                        Symbols.bad(look).and(" " + sentence(source, "this is " + kind.words() + ", with mistakes:")));
                ConfigFiles.sentences(problems).forEach(problem -> lines.add(Line.of("  " + problem)));
            }
            case ConfigFiles.Other(String source, KubeProxyRead.Valid valid) -> {
                lines.add(good(document, look)
                        .and(valid.kind().words(), Tone.STRONG)
                        .and(", " + valid.config().effective().describe()));
                valid.notes().forEach(note -> lines.add(Line.of("  " + note)));
                lines.add(
                        Line.command("what it would do", OtherFileAdvice.command(source, valid.kind()), world.again()));
            }
        }
        return lines;
    }

    private static Line good(ConfigFiles.Document document, Look look) {
        return Symbols.good(look).and(" " + shown(document.source()) + ": ");
    }

    private static String stages(Strategy strategy) {
        return Count.of(strategy.stages().size(), "stage");
    }

    static String sentence(String source, String problem) {
        return shown(source) + ": " + problem;
    }

    static String shown(String source) {
        return source.equals(ConfigFiles.STANDARD_INPUT) ? "standard input" : source;
    }
}

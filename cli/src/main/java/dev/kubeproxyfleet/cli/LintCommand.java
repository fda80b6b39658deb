package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyRead;
import dev.kubeproxyfleet.schemas.config.Strategy;
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
        })
final class LintCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "<file>",
            description =
                    "A FleetConfig or FleetStrategy in YAML or JSON; - is standard input. May be given several times.")
    private List<String> files = new ArrayList<>();

    LintCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() {
        Surroundings world = kpfleet.world;
        Look look = world.screen().look();
        int code = ExitCode.OK;
        for (String file : files) {
            switch (ConfigFiles.read(file, world.in())) {
                case ConfigFiles.Config good -> {
                    FleetConfig.Spec spec = good.config().spec();
                    world.print(Symbols.good(look)
                            .and(" " + shown(file) + ": ")
                            .and(good.config().name(), Tone.STRONG)
                            .and(", " + spec.desired().describe() + ", ")
                            .and(
                                    spec.strategyRef() == null
                                            ? stages(spec.strategy()) + ", gates: " + GateWords.of(spec.gate())
                                            : "strategy " + spec.strategyRef()));
                }
                case ConfigFiles.Strategy good ->
                    world.print(Symbols.good(look)
                            .and(" " + shown(file) + ": ")
                            .and(good.strategy().name(), Tone.STRONG)
                            .and(", a strategy, " + stages(good.strategy().spec()) + ", gates: "
                                    + GateWords.of(good.strategy().spec().gate())));
                case ConfigFiles.Bad(String source, List<String> problems) -> {
                    problems.forEach(problem -> world.print(Symbols.bad(look).and(" " + sentence(source, problem))));
                    code = ExitCode.USAGE;
                }
                case ConfigFiles.Other(String source, KubeProxyRead.Invalid(var kind, var problems)) -> {
                    world.print(Symbols.bad(look)
                            .and(" " + sentence(source, "this is " + kind.words() + ", with mistakes:")));
                    ConfigFiles.sentences(problems).forEach(problem -> world.print(Line.of("  " + problem)));
                    code = ExitCode.USAGE;
                }
                case ConfigFiles.Other(String source, KubeProxyRead.Valid valid) -> {
                    world.print(Symbols.good(look)
                            .and(" " + shown(source) + ": ")
                            .and(valid.kind().words(), Tone.STRONG)
                            .and(", " + valid.config().effective().describe()));
                    valid.notes().forEach(note -> world.print(Line.of("  " + note)));
                    world.print(Line.command(
                            "what it would do", OtherFileAdvice.command(source, valid.kind()), world.again()));
                }
            }
        }
        return code;
    }

    private static String stages(Strategy strategy) {
        return Count.of(strategy.stages().size(), "stage");
    }

    static String sentence(String source, String problem) {
        return shown(source) + ": " + problem;
    }

    private static String shown(String source) {
        return source.equals(ConfigFiles.STANDARD_INPUT) ? "standard input" : source;
    }
}

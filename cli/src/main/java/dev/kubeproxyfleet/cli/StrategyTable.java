package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Stored strategies in one line each. */
final class StrategyTable {

    private StrategyTable() {}

    /** {@code GET /strategies}, by name. */
    static List<Line> of(List<FleetStrategy> strategies) {
        Table table = new Table("STRATEGY", "ON FAILURE", "DEADLINE", "WHEN", "GATES", "STAGES");
        for (FleetStrategy strategy : strategies) {
            table.add(
                    Line.of(strategy.name(), Tone.STRONG),
                    Line.of(strategy.spec().onFailure().name()),
                    Line.of(Ages.of(strategy.spec().deadline())),
                    Line.of(when(strategy.spec())),
                    Line.of(GateWords.of(strategy.spec().gate())),
                    Line.of(strategy.spec().stages().stream()
                            .map(StageSpec::name)
                            .collect(Collectors.joining(", "))));
        }
        return strategies.isEmpty() ? List.of(Line.of("no strategies stored yet")) : table.lines();
    }

    private static String when(Strategy strategy) {
        List<String> parts = new ArrayList<>();
        if (strategy.startAt() != null) {
            parts.add("from " + strategy.startAt());
        }
        int windows = strategy.windows().schedule().size();
        if (windows > 0) {
            parts.add(Count.of(windows, "window"));
        }
        if (strategy.windows().honourAksMaintenance()) {
            parts.add("AKS maintenance");
        }
        return parts.isEmpty() ? "any time" : String.join(", ", parts);
    }
}

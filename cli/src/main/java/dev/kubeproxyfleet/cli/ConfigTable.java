package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.util.List;

/** Configurations in one line each. */
final class ConfigTable {

    private ConfigTable() {}

    /** {@code GET /configs}, by name. */
    static List<Line> of(List<ConfigView> configs) {
        Table table = new Table("CONFIG", "GENERATION", "ROLLOUT", "CLUSTERS", "PRIORITY", "GIVES", "STRATEGY");
        for (ConfigView config : configs) {
            table.add(
                    Line.of(config.name(), Tone.STRONG),
                    Line.of(Long.toString(config.generation())),
                    Line.of(
                            config.rollout().state().name(),
                            Symbols.tone(config.rollout().state())),
                    RolloutTable.progress(List.of(config.rollout().clusters())),
                    Line.of(Integer.toString(config.spec().priority())),
                    Line.of(config.spec().desired().describe()),
                    Line.orDash(config.spec().strategyRef()));
        }
        return configs.isEmpty() ? List.of(Line.of("no configurations published yet")) : table.lines();
    }
}

package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.Provenance;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Configurations in one line each. */
final class ConfigTable {

    private ConfigTable() {}

    /** {@code GET /configs}, by name. */
    static List<Line> of(List<ConfigView> configs) {
        Table table =
                new Table("CONFIG", "GENERATION", "ROLLOUT", "CLUSTERS", "PRIORITY", "GIVES", "STRATEGY", "FROM GIT");
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
                    Line.orDash(config.spec().strategyRef()),
                    fromGit(config.provenance()));
        }
        return configs.isEmpty() ? List.of(Line.of("no configurations published yet")) : table.lines();
    }

    /** The file that is in force, or that somebody has published past. */
    private static Line fromGit(@Nullable Provenance provenance) {
        if (provenance == null) {
            return Line.orDash(null);
        }
        String file = provenance.origin().file() + " of " + provenance.origin().repository();
        return provenance.overwrittenBy() == null
                ? Line.of(file)
                : Line.of("no more " + file + ", since " + provenance.overwrittenBy(), Tone.BUSY);
    }
}

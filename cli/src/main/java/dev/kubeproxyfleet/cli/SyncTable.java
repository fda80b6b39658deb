package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.git.GitTree;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.ArrayList;
import java.util.List;

/** What became of a commit, in one line for each document. */
final class SyncTable {

    private SyncTable() {}

    static List<Line> of(GitTree tree, List<Sync.Outcome> outcomes) {
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("%s, %s, commit %s: %s"
                .formatted(
                        tree.repository(),
                        tree.ref(),
                        Sync.shortId(tree),
                        Count.of(tree.files().size(), "document"))));
        if (outcomes.isEmpty()) {
            return lines;
        }
        Table table = new Table("NAME", "STEP", "FILE", "WHAT");
        for (Sync.Outcome outcome : outcomes) {
            table.add(
                    Line.of(
                            outcome.kind().equals(FleetStrategy.KIND)
                                    ? FleetStrategy.KEY_PREFIX + outcome.name()
                                    : outcome.name(),
                            Tone.STRONG),
                    Line.of(outcome.step()),
                    Line.of(outcome.file()),
                    Line.of(outcome.message()));
        }
        lines.addAll(table.lines());
        return lines;
    }
}

package dev.kubeproxyfleet.fleet.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.testing.ReleaseArchive;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What health has stored of a node is read as it was stored, or not at all: never as something else. */
class ReleasedNodeStateTest {

    private static final ReleaseArchive NODES =
            new ReleaseArchive(Path.of("src/test/resources/dev/kubeproxyfleet/fleet/released/health"));

    @Tag(ReleaseArchive.TAG)
    @Test
    void aNodeOfThisVersionIsKept() {
        NODES.keep(NODES.version() + "/node-state.bin", NodeStateSerde.write(state()));
    }

    @Test
    void nothingThatIsKeptHasChanged() {
        assertThat(NODES.problems()).isEmpty();
    }

    @Test
    void everyVersionsNodeIsReadAsItWasOrIsUnknown() {
        byte version = NodeStateSerde.write(state())[0];
        assertThat(NODES.files(".bin")).isNotEmpty();
        for (String file : NODES.files(".bin")) {
            byte[] stored = NODES.read(file);
            NodeState read = NodeStateSerde.read(stored);
            if (stored[0] == version) {
                assertThat(NodeStateSerde.write(Objects.requireNonNull(read)))
                        .as(file)
                        .isEqualTo(stored);
            } else {
                assertThat(read).as(file).isNull();
            }
        }
    }

    @Test
    void aConstantOfALaterVersionMakesTheNodeUnknown() {
        String stored = new String(NodeStateSerde.write(state()), StandardCharsets.ISO_8859_1);
        assertThat(stored).contains("Proven");

        assertThat(NodeStateSerde.read(stored.replace("Proven", "Levita").getBytes(StandardCharsets.ISO_8859_1)))
                .isNull();
    }

    private static NodeState state() {
        Snapshots node = Snapshots.of("a");
        return switch (HealthFold.fold(null, node.stats("stale-ipvs"), false, node.takenAt(), node.takenAt())) {
            case Folding.Folded(NodeState state) -> state;
            case Folding.NotNewer _, Folding.TooOld _, Folding.TextTooLong _ ->
                throw new AssertionError("a new node is folded");
        };
    }
}

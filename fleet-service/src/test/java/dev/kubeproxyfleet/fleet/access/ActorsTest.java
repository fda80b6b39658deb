package dev.kubeproxyfleet.fleet.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.message.Attribution;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActorsTest {

    /** Whoever chooses a long name, or one that looks like somebody with a subject, is told from others all the same. */
    @Test
    void theSubjectIsNeverCutOff() {
        Caller liar = new Caller(true, "own", "adam (1)" + "\uD83D\uDE00".repeat(200), List.of(), Instant.MAX);

        assertThat(Actors.of(liar)).startsWith("adam (1)").endsWith(" (own)");
    }

    @Test
    void aClaimIsNamedAsOneWhateverItSays() {
        Warrant claimed = new Warrant.Claimed();
        String other = Actors.of(new Caller(true, "1", "ada", List.of(), Instant.MAX));

        assertThat(claimed.actor(other, "kafka")).isEqualTo("somebody who says to be ada (1)");
        assertThat(claimed.actor(null, "kafka")).isEqualTo("somebody");
        assertThat(new Warrant.Disproved("why").actor("ada", "kafka")).isEqualTo("somebody who says to be ada");
        assertThat(claimed.actor("x".repeat(500), "kafka")).hasSize(Attribution.MAX_ACTOR_LENGTH);
        assertThat(new Warrant.Vouched(Instant.EPOCH).actor("ada", "kafka")).isEqualTo("ada");
        assertThat(new Warrant.NotAsked().actor(null, "kafka")).isEqualTo("kafka");
    }

    @Test
    void whoIsNamedByAClaimIsNotKnown() {
        assertThat(List.of("somebody", "somebody who says to be ada", "somebody who says to be ada (1)"))
                .noneMatch(Actors::isKnown);
        assertThat(List.of("ada (1)", "controller", "somebody (1)", "kafka")).allMatch(Actors::isKnown);
    }
}

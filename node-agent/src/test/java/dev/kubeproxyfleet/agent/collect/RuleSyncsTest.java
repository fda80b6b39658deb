package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Times are seconds; kube-proxy started at 1000 unless told otherwise. */
class RuleSyncsTest {

    @Test
    void aFamilyThatWasProgrammedSinceTheStartIsInSync() {
        assertThat(state(2000, family(1999L, 1998L))).isEqualTo(RuleSync.Synced);
        assertThat(state(2000, family(1000L, null))).isEqualTo(RuleSync.Synced);
    }

    @Test
    void nothingIsInSyncBeforeTheFirstTime() {
        assertThat(state(2000, family(null, 1001L))).isEqualTo(RuleSync.NotSynced);
        assertThat(state(2000, family(null, null))).isEqualTo(RuleSync.NotSynced);
    }

    @Test
    void whatAnEarlierProcessDidDoesNotCount() {
        assertThat(state(2000, family(999L, 998L))).isEqualTo(RuleSync.NotSynced);
    }

    @Test
    void aFamilyIsOverdueHalfAMinuteAfterItWasAskedFor() {
        assertThat(state(2000, family(1900L, 1970L))).isEqualTo(RuleSync.Synced);
        assertThat(state(2001, family(1900L, 1970L))).isEqualTo(RuleSync.Overdue);
        assertThat(state(9000, family(1970L, 1970L))).isEqualTo(RuleSync.Synced);
    }

    @Test
    void theWorseFamilyCounts() {
        FamilySync good = family(1999L, 1998L);
        FamilySync overdue = family(1900L, 1910L);
        FamilySync never = family(null, 1010L);

        assertThat(state(2000, good, overdue)).isEqualTo(RuleSync.Overdue);
        assertThat(state(2000, overdue, good)).isEqualTo(RuleSync.Overdue);
        assertThat(state(2000, overdue, never)).isEqualTo(RuleSync.NotSynced);
        assertThat(state(2000, never, good)).isEqualTo(RuleSync.NotSynced);
    }

    @Test
    void whatIsNotToldIsUnknown() {
        assertThat(state(2000)).isEqualTo(RuleSync.Unknown);
        assertThat(RuleSyncs.judge(
                                new KubeProxyMetrics(null, List.of(family(1999L, 1998L)), true),
                                Instant.ofEpochSecond(2000))
                        .getState())
                .isEqualTo(RuleSync.Unknown);
        assertThat(RuleSyncs.judge(
                                new KubeProxyMetrics(1_000_000L, List.of(family(1999L, 1998L)), false),
                                Instant.ofEpochSecond(2000))
                        .getState())
                .isEqualTo(RuleSync.Unknown);
    }

    private static FamilySync family(@Nullable Long last, @Nullable Long queued) {
        return new FamilySync(
                "", null, null, null, last == null ? null : last * 1000, queued == null ? null : queued * 1000);
    }

    private static RuleSync state(long now, FamilySync... families) {
        return RuleSyncs.judge(new KubeProxyMetrics(1_000_000L, List.of(families), true), Instant.ofEpochSecond(now))
                .getState();
    }
}

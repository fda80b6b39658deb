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
        FamilySync good = family(1999L, 1998L);

        assertThat(state(2000)).isEqualTo(RuleSync.Unknown);
        assertThat(judged(new KubeProxyMetrics(null, List.of(good), true, null, KubeProxyMetrics.Totals.UNKNOWN)))
                .isEqualTo(RuleSync.Unknown);
        assertThat(judged(
                        new KubeProxyMetrics(1_000_000L, List.of(good), false, null, KubeProxyMetrics.Totals.UNKNOWN)))
                .isEqualTo(RuleSync.Unknown);
    }

    @Test
    void whatIsWrongWhicheverProcessDidItIsToldWithoutTheStart() {
        assertThat(judged(new KubeProxyMetrics(
                        null, List.of(family(null, 1001L)), true, null, KubeProxyMetrics.Totals.UNKNOWN)))
                .isEqualTo(RuleSync.NotSynced);
        assertThat(judged(new KubeProxyMetrics(
                        null, List.of(family(1000L, 1001L)), true, null, KubeProxyMetrics.Totals.UNKNOWN)))
                .isEqualTo(RuleSync.Overdue);
    }

    private static FamilySync family(@Nullable Long last, @Nullable Long queued) {
        Long asked = queued == null ? null : queued * 1000;
        boolean waits = queued != null && (last == null || last < queued);
        return new FamilySync(
                "", null, null, List.of(), null, last == null ? null : last * 1000, asked, waits ? asked : null);
    }

    private static RuleSync state(long now, FamilySync... families) {
        return RuleSyncs.judge(
                        new KubeProxyMetrics(
                                1_000_000L, List.of(families), true, null, KubeProxyMetrics.Totals.UNKNOWN),
                        Instant.ofEpochSecond(now))
                .getState();
    }

    private static RuleSync judged(KubeProxyMetrics metrics) {
        return RuleSyncs.judge(metrics, Instant.ofEpochSecond(2000)).getState();
    }
}

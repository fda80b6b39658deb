package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What Git has said last of a config is remembered, with who has done something else since. */
class ProvenanceTest {

    private static final String HAND = "/fleet-service/api";
    private static final Origin FIRST =
            new Origin("git.example/fleet", "main", "prod.yaml", "a".repeat(40), "b".repeat(40));
    private static final Origin SECOND =
            new Origin("git.example/fleet", "main", "prod.yaml", "c".repeat(40), "d".repeat(40));

    private final InMemoryFleet fleet = Fleets.of(3);
    private final Driver driver = new Driver(fleet);
    private int events;

    private void publish(int concurrent, String source, String actor) {
        driver.event(new FleetEvent.ConfigPublished(
                FleetConfig.of("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, concurrent, 0)))),
                source,
                "event-" + events++,
                actor,
                null));
    }

    private void delete(String source, String actor) {
        driver.event(new FleetEvent.ConfigDeleted("prod", source, "event-" + events++, actor, null));
    }

    private @Nullable Provenance known() {
        return fleet.config("prod").map(ConfigState::provenance).orElse(null);
    }

    private long generation() {
        return fleet.config("prod").orElseThrow().generation();
    }

    @Test
    void whatIsPublishedByHandHasNone() {
        publish(1, HAND, "ada");
        assertThat(known()).isNull();
    }

    @Test
    void theLatestPlaceInGitCounts() {
        publish(1, FIRST.source(), "sync");
        publish(2, SECOND.source(), "sync");
        assertThat(known()).isEqualTo(new Provenance(SECOND, null));
    }

    @Test
    void whoPublishesPastGitIsNamedBesideIt() {
        publish(1, FIRST.source(), "sync");
        publish(2, HAND, "ada");
        assertThat(known()).isEqualTo(new Provenance(FIRST, "ada"));
        publish(3, HAND, "bob");
        assertThat(known()).isEqualTo(new Provenance(FIRST, "bob"));
    }

    /** So Git takes over what people have published, without a rollout. */
    @Test
    void theSameSpecFromGitChangesOnlyWhereItComesFrom() {
        publish(1, HAND, "ada");
        publish(1, FIRST.source(), "sync");
        assertThat(known()).isEqualTo(new Provenance(FIRST, null));
        assertThat(generation()).isEqualTo(1);
    }

    @Test
    void theSameSpecByHandOverwritesNothing() {
        publish(1, FIRST.source(), "sync");
        publish(1, HAND, "ada");
        assertThat(known()).isEqualTo(new Provenance(FIRST, null));
    }

    @Test
    void aDeletionByHandIsRememberedAndOneByGitForgetsAll() {
        publish(1, FIRST.source(), "sync");
        delete(HAND, "ada");
        assertThat(known()).isEqualTo(new Provenance(FIRST, "ada"));

        publish(1, SECOND.source(), "sync");
        assertThat(known()).isEqualTo(new Provenance(SECOND, null));
        delete(SECOND.source(), "sync");
        assertThat(known()).isNull();
    }

    @Test
    void whatIsRefusedChangesNothing() {
        publish(1, FIRST.source(), "sync");
        driver.event(new FleetEvent.ConfigPublished(
                FleetConfig.of(
                        "prod",
                        new FleetConfig.Spec(
                                IPVS_LC,
                                null,
                                Fleets.spec(IPVS_LC, strategy(stage("all", null, 1, 0)))
                                        .selector(),
                                0,
                                strategy(stage("all", null, 1, 0)),
                                FleetConfig.Drift.Report,
                                FleetConfig.NewClusters.Ignore,
                                "nowhere")),
                HAND,
                "refused",
                "ada",
                null));
        assertThat(known()).isEqualTo(new Provenance(FIRST, null));
    }

    @Test
    void whatFollowsByItselfKeepsIt() {
        publish(1, FIRST.source(), "sync");
        assertThat(fleet.config("prod").orElseThrow().again(true).provenance()).isEqualTo(new Provenance(FIRST, null));
    }
}

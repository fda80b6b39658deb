package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.strategy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the service has vouched for counts once, however often it is written to Kafka. */
class VouchingTest {

    private final InMemoryFleet fleet = Fleets.of(3);
    private final Driver driver = new Driver(fleet);
    private final Instant noon = driver.now();

    @BeforeEach
    void whatIsVouchedForIsOlderThanNow() {
        driver.tick(Duration.ofHours(1));
    }

    private static FleetEvent config(String id, int concurrent) {
        return new FleetEvent.ConfigPublished(
                FleetConfig.of("prod", Fleets.spec(IPVS_LC, strategy(stage("all", null, concurrent, 0)))),
                "/api",
                id,
                "ada (1)",
                null);
    }

    private static FleetEvent deletion(String id) {
        return new FleetEvent.ConfigDeleted("prod", "/api", id, "ada (1)", null);
    }

    private static FleetEvent storing(String id, int concurrent) {
        return new FleetEvent.StrategyPublished(
                FleetStrategy.of("careful", strategy(stage("all", null, concurrent, 0))), "/api", id, "ada (1)", null);
    }

    private static FleetEvent unstoring(String id) {
        return new FleetEvent.StrategyDeleted("careful", "/api", id, "ada (1)", null);
    }

    private FleetEvent pause(String id, Instant at) {
        return new FleetEvent.CommandGiven(new Command(id, "prod", null, Command.Action.Pause, "ada (1)", null, at));
    }

    private AuditRecord vouched(FleetEvent event, Instant at) {
        driver.vouched(event, at);
        return driver.audits.stream()
                .filter(audit -> audit.requestId() != null)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private void forgetIds() {
        for (int i = 0; i < ConfigState.REMEMBERED_EVENTS; i++) {
            driver.event(pause("forget-" + i, noon));
        }
    }

    @Test
    void anOlderPublicationIsRefusedOnceItsIdIsForgotten() {
        vouched(config("first", 1), noon);
        vouched(config("second", 2), noon.plusSeconds(1));
        forgetIds();

        AuditRecord answer = vouched(config("first", 1), noon);

        assertThat(answer.code()).isEqualTo(RecordReason.VoucherOutdated);
        assertThat(answer.verdict()).isEqualTo(AuditRecord.Verdict.Refused);
        assertThat(answer.message())
                .isEqualTo("it was asked for at " + noon + ", and what was asked for at " + noon.plusSeconds(1)
                        + " has been taken since; if it is still wanted, ask again");
        assertThat(fleet.config("prod").orElseThrow().generation()).isEqualTo(2);
    }

    @Test
    void whatWasDeletedSinceIsNotPublishedOnceMore() {
        vouched(config("first", 1), noon);
        vouched(deletion("gone"), noon.plusSeconds(1));
        forgetIds();

        assertThat(vouched(config("first", 1), noon).code()).isEqualTo(RecordReason.VoucherOutdated);
        assertThat(fleet.config("prod").orElseThrow().spec()).isNull();
    }

    @Test
    void anOlderDeletionDeletesNothing() {
        vouched(config("first", 1), noon);
        vouched(deletion("gone"), noon.plusSeconds(1));
        vouched(config("second", 1), noon.plusSeconds(2));
        forgetIds();

        assertThat(vouched(deletion("gone"), noon.plusSeconds(1)).code()).isEqualTo(RecordReason.VoucherOutdated);
        assertThat(fleet.config("prod").orElseThrow().spec()).isNotNull();
    }

    @Test
    void theLatestOnceMoreChangesNothing() {
        vouched(config("first", 1), noon);

        assertThat(vouched(config("first", 1), noon).verdict()).isEqualTo(AuditRecord.Verdict.Unchanged);
    }

    @Test
    void strategiesHaveAnOrderOfTheirOwn() {
        vouched(storing("first", 1), noon);
        vouched(storing("second", 2), noon.plusMillis(1));
        assertThat(vouched(storing("first", 1), noon).code()).isEqualTo(RecordReason.VoucherOutdated);
        vouched(unstoring("gone"), noon.plusMillis(2));
        assertThat(vouched(storing("second", 2), noon.plusMillis(1)).code()).isEqualTo(RecordReason.VoucherOutdated);
        vouched(storing("third", 3), noon.plusMillis(3));
        assertThat(vouched(unstoring("gone"), noon.plusMillis(2)).code()).isEqualTo(RecordReason.VoucherOutdated);
        assertThat(fleet.strategy("careful")).contains(strategy(stage("all", null, 3, 0)));
    }

    /** Who stores it without the service's word does not make it forget. */
    @Test
    void aStrategyOfSomebodyElseBetweenDoesNotMakeTheOrderForgotten() {
        vouched(storing("first", 1), noon);
        vouched(storing("second", 2), noon.plusMillis(1));
        driver.event(storing("third", 3));

        assertThat(vouched(storing("first", 1), noon).code()).isEqualTo(RecordReason.VoucherOutdated);
    }

    /** The topics are read beside each other, so a publication that was asked for before a command may come after it. */
    @Test
    void commandsHaveAnOrderOfTheirOwnWithSomeRoom() {
        vouched(config("first", 1), noon);
        vouched(pause("later", noon.plusSeconds(120)), noon.plusSeconds(120));
        assertThat(vouched(config("second", 2), noon.plusSeconds(1)).verdict()).isEqualTo(AuditRecord.Verdict.Done);
        vouched(pause("much-later", noon.plusSeconds(150)), noon.plusSeconds(150));
        forgetIds();

        assertThat(vouched(pause("x", noon), noon.plusSeconds(90)).code()).isNotEqualTo(RecordReason.VoucherOutdated);
        assertThat(vouched(pause("y", noon), noon.plusSeconds(89)).code()).isEqualTo(RecordReason.VoucherOutdated);
    }

    /** A replica whose clock is far ahead does not keep everybody from publishing until then. */
    @Test
    void aTimeInTheFutureCountsAsNow() {
        vouched(config("first", 1), noon.plusSeconds(86_400));
        driver.tick(Duration.ofSeconds(1));

        assertThat(vouched(config("second", 2), driver.now()).verdict()).isEqualTo(AuditRecord.Verdict.Done);
    }

    @Test
    void whatIsNotTakenIsAnsweredAndChangesNothing() {
        driver.refuse(config("first", 1), "no role permits it");

        assertThat(driver.audits).singleElement().satisfies(answer -> {
            assertThat(answer.requestId()).isEqualTo("first");
            assertThat(answer.config()).isEqualTo("prod");
            assertThat(answer.actor()).isEqualTo("ada (1)");
            assertThat(answer.verdict()).isEqualTo(AuditRecord.Verdict.Refused);
            assertThat(answer.code()).isEqualTo(RequestReason.NotPermitted);
        });
        assertThat(fleet.config("prod")).isEmpty();
    }
}

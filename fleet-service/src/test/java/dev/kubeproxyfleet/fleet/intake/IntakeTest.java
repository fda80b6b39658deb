package dev.kubeproxyfleet.fleet.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.intake.Intake.Received;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IntakeTest {

    private static final String TYPE = "dev.kubeproxyfleet.fleet-config.v1";
    private static final String CONFIG = """
            {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetConfig","metadata":{"name":"prod-ipvs"},
             "spec":{"kubeProxy":{"mode":"ipvs","ipvsConfig":{"scheduler":"LeastConnections"}},
                     "selector":{"names":["prod-*"]}}}""";

    @Test
    void readsABareDocumentNamedByItsKeyOrByItself() {
        assertThat(accepted(read("prod-ipvs", CONFIG, new RecordHeaders())).eventId())
                .isEqualTo("position");
        assertThat(accepted(read("", CONFIG, new RecordHeaders())).config().name())
                .isEqualTo("prod-ipvs");
        assertThat(accepted(read(null, CONFIG, new RecordHeaders())).config().name())
                .isEqualTo("prod-ipvs");
    }

    @Test
    void readsACloudEventInBinaryMode() {
        RecordHeaders headers = binaryHeaders(TYPE);
        headers.add("ce_kpfleetactor", "alice".getBytes(StandardCharsets.UTF_8));
        headers.add("ce_kpfleetreason", "connections pile up".getBytes(StandardCharsets.UTF_8));
        FleetEvent.ConfigPublished published = accepted(read("prod-ipvs", CONFIG, headers));

        assertThat(published.eventId()).isEqualTo("42");
        assertThat(published.source()).isEqualTo("/git");
        assertThat(published.actor()).isEqualTo("alice");
        assertThat(published.reason()).isEqualTo("connections pile up");
        assertThat(Objects.requireNonNull(published.config().spec().kubeProxy())
                        .effective()
                        .ipvs())
                .satisfies(ipvs ->
                        assertThat(ipvs).isNotNull().extracting("scheduler").isEqualTo(IpvsScheduler.LeastConnection));
    }

    @Test
    void cutsAReasonThatIsTooLongAndKeepsControlCharactersOut() {
        RecordHeaders headers = binaryHeaders(TYPE);
        headers.add("ce_kpfleetactor", "alice\n".getBytes(StandardCharsets.UTF_8));
        headers.add("ce_kpfleetreason", ("a\nb" + "x".repeat(1_000)).getBytes(StandardCharsets.UTF_8));
        FleetEvent.ConfigPublished published = accepted(read("prod-ipvs", CONFIG, headers));

        assertThat(published.actor()).isEqualTo("alice");
        assertThat(published.reason()).isEqualTo("a b" + "x".repeat(997));
    }

    @Test
    void readsACloudEventInStructuredModeWithAndWithoutItsHeader() {
        String structured = """
                {"specversion":"1.0","id":"43","source":"/git","type":"%s","data":%s}""".formatted(TYPE, CONFIG);
        RecordHeaders headers = new RecordHeaders();
        headers.add("content-type", "application/cloudevents+json; charset=UTF-8".getBytes(StandardCharsets.UTF_8));

        assertThat(accepted(read("prod-ipvs", structured, headers)).eventId()).isEqualTo("43");
        assertThat(accepted(read("prod-ipvs", structured, new RecordHeaders())).eventId())
                .isEqualTo("43");
    }

    @Test
    void refusesAnEventOfAnotherType() {
        assertThat(rejected(read("prod-ipvs", CONFIG, binaryHeaders("com.example.else")))
                        .code())
                .isEqualTo(RecordReason.UnexpectedEventType);
    }

    @Test
    void refusesABrokenEnvelope() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("ce_specversion", "1.0".getBytes(StandardCharsets.UTF_8));
        assertThat(rejected(read("prod-ipvs", CONFIG, headers)).code()).isEqualTo(RecordReason.NotACloudEvent);
        assertThat(rejected(read("prod-ipvs", "{\"specversion\":\"1.0\"}", new RecordHeaders()))
                        .code())
                .isEqualTo(RecordReason.NotACloudEvent);
    }

    @Test
    void refusesADocumentOfAnotherNameThanItsKey() {
        assertThat(rejected(read("other", CONFIG, new RecordHeaders())).code()).isEqualTo(DocumentReason.NameMismatch);
    }

    @Test
    void refusesWithThePathOfTheField() {
        Received.Rejected rejected = rejected(
                read("prod-ipvs", CONFIG.replace("\"mode\":\"ipvs\"", "\"mode\":\"ipvz\""), new RecordHeaders()));
        assertThat(rejected.code()).isEqualTo(DocumentReason.InvalidValue);
        assertThat(rejected.path()).isEqualTo("/spec/kubeProxy/mode");
        assertThat(rejected.message()).contains("IPTABLES");
    }

    @Test
    void aTombstoneDeletesTheConfigOfItsKey() {
        assertThat(Intake.read(
                        bytes("prod-ipvs"), null, new RecordHeaders(), "position", Strategy.DEFAULT, Vouchers.NONE))
                .isInstanceOfSatisfying(
                        Received.Accepted.class,
                        accepted -> assertThat(accepted.event()).isInstanceOf(FleetEvent.ConfigDeleted.class));
        assertThat(rejected(Intake.read(null, null, new RecordHeaders(), "position", Strategy.DEFAULT, Vouchers.NONE))
                        .code())
                .isEqualTo(RecordReason.MissingKey);
    }

    @Property
    void neverThrowsWhateverTheBytes(@ForAll byte[] key, @ForAll byte[] value, @ForAll byte[] contentType) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("content-type", contentType);
        assertThat(Intake.read(key, value, headers, "position", Strategy.DEFAULT, Vouchers.NONE))
                .isNotNull();
    }

    private static RecordHeaders binaryHeaders(String type) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(headers, type, "42", "/git", Instant.EPOCH);
        return headers;
    }

    private static Received read(@Nullable String key, String value, Headers headers) {
        return Intake.read(
                key == null ? null : bytes(key), bytes(value), headers, "position", Strategy.DEFAULT, Vouchers.NONE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static FleetEvent.ConfigPublished accepted(Received received) {
        assertThat(received).isInstanceOf(Received.Accepted.class);
        return (FleetEvent.ConfigPublished) ((Received.Accepted) received).event();
    }

    private static Received.Rejected rejected(Received received) {
        assertThat(received).isInstanceOf(Received.Rejected.class);
        return (Received.Rejected) received;
    }
}

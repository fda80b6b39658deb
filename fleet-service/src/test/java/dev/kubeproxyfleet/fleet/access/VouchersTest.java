package dev.kubeproxyfleet.fleet.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VouchersTest {

    private static final Instant AT = Instant.parse("2026-03-02T12:00:00.123Z");
    private static final Vouchers VOUCHERS = Vouchers.by("a secret of thirty-two characters");
    private static final Statement STATEMENT = statement(Topic.DESIRED, "prod", "{}", "/api", "id", "ada (1)", "why");

    private static Statement statement(
            Topic topic,
            @Nullable String key,
            @Nullable String document,
            String source,
            String id,
            String actor,
            @Nullable String reason) {
        return new Statement(topic, bytes(key), bytes(document), source, id, actor, reason);
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }

    private static String issued(Statement statement, Instant at) {
        return VOUCHERS.issue(statement, at).orElseThrow();
    }

    /** Each differs from {@link #STATEMENT} in one thing. */
    private static Map<String, Statement> others() {
        Map<String, Statement> others = new LinkedHashMap<>();
        others.put("topic", statement(Topic.COMMANDS, "prod", "{}", "/api", "id", "ada (1)", "why"));
        others.put("key", statement(Topic.DESIRED, "dev", "{}", "/api", "id", "ada (1)", "why"));
        others.put("no key", statement(Topic.DESIRED, null, "{}", "/api", "id", "ada (1)", "why"));
        others.put("document", statement(Topic.DESIRED, "prod", "{ }", "/api", "id", "ada (1)", "why"));
        others.put("tombstone", statement(Topic.DESIRED, "prod", null, "/api", "id", "ada (1)", "why"));
        others.put("empty document", statement(Topic.DESIRED, "prod", "", "/api", "id", "ada (1)", "why"));
        others.put("source", statement(Topic.DESIRED, "prod", "{}", "/ci", "id", "ada (1)", "why"));
        others.put("id", statement(Topic.DESIRED, "prod", "{}", "/api", "id2", "ada (1)", "why"));
        others.put("actor", statement(Topic.DESIRED, "prod", "{}", "/api", "id", "bob (2)", "why"));
        others.put("reason", statement(Topic.DESIRED, "prod", "{}", "/api", "id", "ada (1)", "because"));
        others.put("no reason", statement(Topic.DESIRED, "prod", "{}", "/api", "id", "ada (1)", null));
        others.put("empty reason", statement(Topic.DESIRED, "prod", "{}", "/api", "id", "ada (1)", ""));
        others.put("moved border", statement(Topic.DESIRED, "prod", "{}", "/api", "ida", "da (1)", "why"));
        others.put("moved border of the key", statement(Topic.DESIRED, "prod{", "}", "/api", "id", "ada (1)", "why"));
        return others;
    }

    @Test
    void anotherReplicaWithTheSameSecretKnowsItAgain() {
        assertThat(Vouchers.by("a secret of thirty-two characters").check(STATEMENT, issued(STATEMENT, AT)))
                .isEqualTo(new Warrant.Vouched(AT));
    }

    @Test
    void itIsOfOneStatementAndNoOther() {
        String voucher = issued(STATEMENT, AT);
        Set<String> vouchers = new HashSet<>(Set.of(voucher));
        others().forEach((what, other) -> {
            assertThat(VOUCHERS.check(other, voucher)).as(what).isInstanceOf(Warrant.Disproved.class);
            assertThat(VOUCHERS.check(other, issued(other, AT))).as(what).isEqualTo(new Warrant.Vouched(AT));
            assertThat(vouchers.add(issued(other, AT))).as(what).isTrue();
        });
    }

    @Test
    void theTimeIsPartOfIt() {
        String voucher = issued(STATEMENT, AT);
        String later = "1." + AT.plusSeconds(60).toEpochMilli() + voucher.substring(voucher.lastIndexOf('.'));

        assertThat(VOUCHERS.check(STATEMENT, later)).isInstanceOf(Warrant.Disproved.class);
    }

    @Test
    void anotherSecretMakesOthers() {
        assertThat(Vouchers.by("another secret of thirty-two chars").check(STATEMENT, issued(STATEMENT, AT)))
                .isEqualTo(new Warrant.Disproved(
                        "its voucher is not of this record, or was made with another session-secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.0.",
                "2.0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "1.-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "1.9999999999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "1.0.AAAA",
                "1.0.++++AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "1.0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
            })
    void whatHasNotTheFormIsNone(String text) {
        assertThat(VOUCHERS.check(STATEMENT, text))
                .isEqualTo(new Warrant.Disproved("its voucher is none of this service: it has not the form of one"));
    }

    /** Whatever else is in the range of the form is compared, and never fails to be. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "1.999999999999999999.___________________________________________"
            })
    void whatHasTheFormAndIsNoneIsDisproved(String text) {
        assertThat(VOUCHERS.check(STATEMENT, text)).isInstanceOf(Warrant.Disproved.class);
    }

    @Test
    void withoutAVoucherItIsAClaim() {
        assertThat(VOUCHERS.check(STATEMENT, null)).isEqualTo(new Warrant.Claimed());
    }

    @Test
    void withoutALoginNobodyVouchesAndNobodyIsAsked() {
        assertThat(Vouchers.NONE.issue(STATEMENT, AT)).isEmpty();
        assertThat(List.of(
                        Vouchers.NONE.check(STATEMENT, null),
                        Vouchers.NONE.check(STATEMENT, "nonsense"),
                        Vouchers.NONE.check(STATEMENT, issued(STATEMENT, AT))))
                .containsOnly(new Warrant.NotAsked());
    }

    /** Replicas of two versions have to agree on it. */
    @Test
    void theBytesStayAsTheyAre() {
        assertThat(HexFormat.of()
                        .formatHex(statement(Topic.DESIRED, "k", null, "s", "i", "a", "r")
                                .encoded(Instant.ofEpochMilli(1))))
                .isEqualTo("01000000116b70666c6565742d766f75636865722d31" + "010000000764657369726564"
                        + "01000000016b" + "00" + "010000000173" + "010000000169" + "010000000161" + "010000000172"
                        + "0000000000000001");
    }
}

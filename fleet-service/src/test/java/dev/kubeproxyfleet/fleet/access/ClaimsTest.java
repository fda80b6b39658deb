package dev.kubeproxyfleet.fleet.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimsTest {

    private static final Claims ROLES = new Claims("preferred_username", "roles", Map.of());

    @Test
    void valuesOfTheClaimAreGrants() {
        Caller caller =
                known(ROLES, Map.of("preferred_username", "petra", "roles", List.of("viewer", "publisher:env=dev")));

        assertThat(caller.login()).isTrue();
        assertThat(caller.subject()).isEqualTo("s-1");
        assertThat(caller.name()).isEqualTo("petra");
        assertThat(texts(caller)).containsExactly("viewer", "publisher:env=dev");
    }

    @Test
    void whatGrantsNothingHereIsLeftOut() {
        assertThat(texts(known(ROLES, Map.of("roles", List.of("offline_access", "Admin", "admin:", 7, Map.of())))))
                .isEmpty();
        assertThat(texts(known(ROLES, Map.of("roles", "operator")))).containsExactly("operator");
        assertThat(texts(known(ROLES, Map.of()))).isEmpty();
    }

    /** A group that anybody may have named "admin" elsewhere is none here. */
    @Test
    void whereSettingsSayWhatAGroupGrantsNothingElseCounts() {
        Claims groups = new Claims(
                "name",
                "groups",
                Map.of("net-team", List.of(Grant.parse("operator"), Grant.parse("publisher:env=dev"))));

        assertThat(texts(known(groups, Map.of("groups", List.of("admin", "net-team")))))
                .containsExactly("operator", "publisher:env=dev");
    }

    @Test
    void aClaimCanBeWithinObjectsOrHaveSlashesInItsName() {
        Map<String, Object> nested = Map.of("realm_access", Map.of("roles", List.of("viewer")));

        assertThat(texts(known(new Claims("name", "realm_access/roles", Map.of()), nested)))
                .containsExactly("viewer");
        assertThat(texts(known(new Claims("name", "https://a/roles", Map.of()), Map.of("https://a/roles", "admin"))))
                .containsExactly("admin");
        assertThat(texts(known(new Claims("name", "roles/of/nothing", Map.of()), Map.of("roles", List.of("admin")))))
                .isEmpty();
    }

    @Test
    void withoutANameTheSubjectIsShown() {
        assertThat(known(ROLES, Map.of()).name()).isEqualTo("s-1");
        assertThat(known(ROLES, Map.of("preferred_username", " ")).name()).isEqualTo("s-1");
    }

    /** Entra calls a person something else in each application, but for this claim. */
    @Test
    void whoPublishesByTheCommandLineIsTheSameAtTheDashboard() {
        assertThat(known(ROLES, Map.of("oid", "o-1")).subject()).isEqualTo("o-1");
    }

    @Test
    void groupsThatTheIssuerHasLeftOutAreSaidToBe() {
        Claims groups = new Claims("name", "groups", Map.of());
        Map<String, Object> overage = Map.of("_claim_names", Map.of("groups", "src1"));

        assertThat(groups.holder(overage, Instant.EPOCH)).isInstanceOf(Claims.Holder.TooManyGroups.class);
        assertThat(ROLES.holder(overage, Instant.EPOCH)).isInstanceOf(Claims.Holder.Known.class);
    }

    private static Caller known(Claims rules, Map<String, Object> claims) {
        Map<String, Object> all = new HashMap<>(Map.of("sub", "s-1"));
        all.putAll(claims);
        assertThat(rules.holder(all, Instant.EPOCH)).isInstanceOf(Claims.Holder.Known.class);
        return ((Claims.Holder.Known) rules.holder(all, Instant.EPOCH)).caller();
    }

    private static List<String> texts(Caller caller) {
        return caller.grants().stream().map(Grant::text).toList();
    }
}

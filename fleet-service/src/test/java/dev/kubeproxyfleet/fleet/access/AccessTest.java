package dev.kubeproxyfleet.fleet.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.access.Role;
import dev.kubeproxyfleet.schemas.config.Selector;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessTest {

    private static final Reach.Target DEV = new Reach.Target("aks-dev", Map.of("env", "dev", "team", "net"));
    private static final Reach.Target PROD = new Reach.Target("aks-prod", Map.of("env", "prod"));
    private static final Reach.Target UNKNOWN = new Reach.Target("aks-gone", null);

    /** The whole table, so that a permission that is added is given to somebody on purpose. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            viewer    | view
            operator  | view pause resume abort retry skip rollback answer
            publisher | view plan publish delete rerun
            approver  | view approve reject promote
            admin     | view plan publish delete rerun pause resume abort retry skip rollback answer approve reject promote override register-feature create-cluster test-notification
            """)
    void aRolePermitsThisAndNothingElse(String role, String permissions) {
        List<String> permitted = List.of(permissions.split(" "));
        for (Permission permission : Permission.values()) {
            for (Reach reach :
                    List.of(new Reach.Nothing(), new Reach.Fleet(), new Reach.Clusters(List.of(DEV, PROD, UNKNOWN)))) {
                assertThat(Access.decide(caller(role), permission, reach))
                        .as(permission.text())
                        .isInstanceOf(
                                permitted.contains(permission.text())
                                        ? Decision.Permitted.class
                                        : Decision.Refused.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Permission.class)
    void withoutALoginEverythingIsPermitted(Permission permission) {
        Caller anybody = new Caller(false, null, "anonymous", List.of(), null);

        assertThat(Access.decide(anybody, permission, new Reach.Fleet())).isInstanceOf(Decision.Permitted.class);
    }

    @Test
    void aRefusalNamesTheRolesThatWouldDo() {
        assertThat(Access.decide(caller("viewer"), Permission.Pause, new Reach.Fleet())
                        .message())
                .isEqualTo("'pause' needs the role operator or admin; vera is viewer");
        assertThat(Access.decide(caller(), Permission.View, new Reach.Nothing()).message())
                .endsWith("; vera is nothing here");
    }

    @Test
    void aBoundCoversTheClustersThatHaveItsTags() {
        assertThat(pause("operator:env=dev", DEV)).isInstanceOf(Decision.Permitted.class);
        assertThat(pause("operator:env=dev,team=net", DEV)).isInstanceOf(Decision.Permitted.class);
        assertThat(pause("operator:env=dev,team=web", DEV)).isInstanceOf(Decision.Refused.class);
        assertThat(pause("operator:env=dev", DEV, PROD))
                .isEqualTo(new Decision.Refused("it reaches beyond operator:env=dev, to 1 other cluster: aks-prod"));
        assertThat(pause("operator:env=dev", UNKNOWN)).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void boundsOfSeveralRolesAddUpButOnlyOfThoseThatPermitIt() {
        Reach both = new Reach.Clusters(List.of(DEV, PROD));

        assertThat(Access.decide(caller("operator:env=dev", "operator:env=prod"), Permission.Pause, both))
                .isInstanceOf(Decision.Permitted.class);
        assertThat(Access.decide(caller("operator:env=dev", "publisher", "viewer"), Permission.Pause, both))
                .isInstanceOf(Decision.Refused.class);
    }

    @Test
    void whatConcernsTheFleetAsSuchNeedsARoleWithoutABound() {
        assertThat(Access.decide(caller("publisher:env=dev"), Permission.Publish, new Reach.Fleet())
                        .message())
                .contains("for the whole fleet");
        assertThat(Access.decide(caller("viewer:env=dev"), Permission.View, new Reach.Nothing()))
                .isInstanceOf(Decision.Permitted.class);
    }

    @Test
    void aSelectorMustNotReachBeyondTheBoundLaterEither() {
        Caller petra = caller("publisher:env=dev");

        assertThat(Access.decide(petra, Permission.Publish, selected(Map.of("env", "dev", "ring", "0"), DEV)))
                .isInstanceOf(Decision.Permitted.class);
        assertThat(Access.decide(petra, Permission.Publish, selected(Map.of(), DEV))
                        .message())
                .contains("later", "env: dev");
        assertThat(Access.decide(petra, Permission.Publish, selected(Map.of("env", "prod")))
                        .message())
                .contains("later");
        assertThat(Access.decide(petra, Permission.Publish, selected(Map.of(), DEV, PROD))
                        .message())
                .contains("aks-prod");
        assertThat(Access.decide(caller("publisher"), Permission.Publish, selected(Map.of(), DEV, PROD, UNKNOWN)))
                .isInstanceOf(Decision.Permitted.class);
    }

    @Test
    void aRefusalNamesAFewClustersAndCountsTheRest() {
        Reach many = new Reach.Clusters(IntStream.range(0, 1_000)
                .mapToObj(i -> new Reach.Target("aks-" + i, Map.of()))
                .toList());

        assertThat(Access.decide(caller("operator:env=dev"), Permission.Abort, many)
                        .message())
                .endsWith("to 1000 other clusters: aks-0, aks-1, aks-2, aks-3, aks-4, …");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void rolesAndPermissionsAreReadAsTheyAreWritten(Role role) {
        assertThat(Role.parse(role.text())).contains(role);
        assertThat(Arrays.stream(Permission.values()).map(Permission::text).map(Permission::parse))
                .allSatisfy(parsed -> assertThat(parsed).isPresent());
        assertThat(Grant.parse(role.text() + ":env=dev,team=a=b").text()).isEqualTo(role.text() + ":env=dev,team=a=b");
    }

    private static Decision pause(String grant, Reach.Target... clusters) {
        return Access.decide(caller(grant), Permission.Pause, new Reach.Clusters(List.of(clusters)));
    }

    private static Reach selected(Map<String, String> labels, Reach.Target... now) {
        return new Reach.Selected(
                new Selector(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of("*"),
                        List.of(),
                        new Selector.Tags(labels, List.of()),
                        null),
                List.of(now));
    }

    private static Caller caller(String... grants) {
        return new Caller(
                true, "1", "vera", Arrays.stream(grants).map(Grant::parse).toList(), Instant.EPOCH);
    }
}

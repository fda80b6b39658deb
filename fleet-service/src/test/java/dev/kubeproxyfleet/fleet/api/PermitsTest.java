package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What talks to Azure is asked of nobody before the caller is known to be permitted. */
class PermitsTest {

    private static final String SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";

    @ParameterizedTest
    @ValueSource(strings = {"viewer", "operator", "publisher", "approver", "admin:env=dev"})
    @SuppressWarnings("NullAway")
    void whoIsNoAdminOfTheFleetRegistersNoFeatureAndCreatesNoCluster(String grant) {
        Caller caller = new Caller(true, "1", "somebody", List.of(Grant.parse(grant)), Instant.MAX);
        Permits permits = new Permits(() -> caller, new FleetView(_ -> {}, _ -> {}, 1, 1), true);

        assertThatThrownBy(() -> new FeatureResource(null, null, permits).register(SUBSCRIPTION, null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'register-feature' needs the role admin");
        assertThatThrownBy(() -> new NewClusterResource(null, permits).create(null))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'create-cluster' needs the role admin");
    }
}

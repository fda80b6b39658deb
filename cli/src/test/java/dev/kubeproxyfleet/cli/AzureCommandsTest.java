package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.FeatureStatus;
import dev.kubeproxyfleet.schemas.message.FeatureStatus.Phase;
import dev.kubeproxyfleet.schemas.message.FeatureStatus.Registration;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line does in Azure besides publishing: the preview feature, and new clusters. */
class AzureCommandsTest {

    private static final String SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590";
    private static final String ID = "/subscriptions/" + SUBSCRIPTION
            + "/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/new-1";

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void featuresShowsWhereItIsMissingAndWhatToDo() {
        fleet.on(
                "GET /api/v1/features",
                200,
                List.of(
                        new FeatureStatus("s1", "Registered", "Registered", null),
                        new FeatureStatus("s2", "NotRegistered", "Registered", null)));

        assertThat(console.run("features")).isZero();
        assertThat(console.out()).isEqualTo("""
                        SUBSCRIPTION  FEATURE        PROVIDER    REGISTRATION
                        s1            Registered     Registered  -
                        s2            NotRegistered  Registered  -
                          register it:  ./kpfleet features register s2
                        """);
    }

    @Test
    void registerWaitsForAzureAndShowsItsProgress() {
        fleet.on("POST /api/v1/features/s2/register", 200, at(Phase.Feature, null, "ARM registers the feature"))
                .on(
                        "GET /api/v1/features/s2",
                        200,
                        new FeatureStatus("s2", "Registered", "Registered", at(Phase.Done, null, "it is registered")));

        assertThat(console.inRealTime().run("features", "register", "s2", "--reason", "ipvs"))
                .isZero();
        assertThat(console.out()).contains("… s2  ARM registers the feature").contains("✓ s2  it is registered");
        assertThat(fleet.requests().getFirst().text()).isEqualTo("{\"reason\":\"ipvs\"}");
        assertThat(fleet.requests().getFirst().headers()).containsEntry("X-kpfleet-actor", List.of("alice"));
    }

    @Test
    void registerSaysWhatAzureRefused() {
        fleet.on(
                "POST /api/v1/features/s2/register",
                200,
                at(Phase.Failed, "AuthorizationFailed", "the client may not perform register/action"));

        assertThat(console.run("features", "register", "s2")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.out()).contains("register/action [AuthorizationFailed]");
    }

    @Test
    void createClusterSendsTheFileWithTheConfigsName() {
        fleet.on(
                "POST /api/v1/clusters",
                200,
                Fixtures.audit(AuditRecord.Verdict.Done, "ClusterCreating", "new-1 is being created."));

        int code = console.typing("{\"id\": \"" + ID + "\", \"location\": \"westeurope\"}")
                .run("create-cluster", "-f", "-", "--config", "prod-ipvs");

        assertThat(console.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(fleet.last().text())
                .isEqualTo("{\"id\":\"" + ID + "\",\"config\":\"prod-ipvs\",\"cluster\":{\"id\":\"" + ID
                        + "\",\"location\":\"westeurope\"}}");
        assertThat(console.out()).contains("[ClusterCreating]").contains("./kpfleet get cluster new-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{not json | is not JSON", "[] | no JSON object", "{} | name the new cluster with --id"})
    void createClusterSaysWhatIsWrongWithTheFile(String text, String complaint) {
        assertThat(console.typing(text).run("create-cluster", "-f", "-", "--config", "prod-ipvs"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains(complaint);
        assertThat(fleet.requests()).isEmpty();
    }

    private static Registration at(Phase phase, @org.jspecify.annotations.Nullable String code, String message) {
        return new Registration(phase, code == null ? null : ReasonCode.of(code), message, Fixtures.NOW);
    }
}

package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.deploy.AzureRole;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The roles of {@code deploy/azure} hold what the service's calls need, and nothing else. */
class RoleRightsTest {

    /** Of Azure's own role Reader, which policy tokens need. */
    private static final String READER = "Microsoft.Resources/subscriptions/read";

    private final VirtualScheduler time = new VirtualScheduler();
    private final Fleet fleet = Fleet.of(new FleetSpec(4, 3, 1, 7, 1));
    private final String subscription = fleet.subscriptions().getFirst().id();
    private final String cluster = fleet.clusters().getFirst().id();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, time);

    private static Stream<String> rights() {
        return Stream.concat(
                        Arrays.stream(AzureRole.values())
                                .map(AzureRole::actions)
                                .flatMap(List::stream),
                        Stream.of(READER))
                .distinct();
    }

    @Test
    void everyKindOfCallIsAllowedByTheRolesTogether() throws InterruptedException {
        Map<ArmRequest, ArmResult.ArmError> refused = refused(rights().toList());

        assertThat(calls().stream().map(Object::getClass))
                .containsExactlyInAnyOrderElementsOf(kinds(ArmRequest.class).toList());
        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rights")
    void aRightThatIsTakenAwayIsMissedAndNamed(String right) throws InterruptedException {
        Map<ArmRequest, ArmResult.ArmError> refused =
                refused(rights().filter(other -> !other.equals(right)).toList());

        assertThat(refused).isNotEmpty().allSatisfy((call, error) -> {
            assertThat(error.describe()).as(call.toString()).contains("AuthorizationFailed", right);
        });
    }

    @Test
    void theRoleOfTheControlPlaneIsEnoughForAllButWhatHasARoleOfItsOwn() throws InterruptedException {
        assertThat(refused(AzureRole.CONTROL_PLANE.actions()).keySet())
                .hasOnlyElementsOfTypes(
                        ArmRequest.RegisterFeature.class,
                        ArmRequest.RegisterProvider.class,
                        ArmRequest.ListUserCredential.class,
                        ArmRequest.AcquirePolicyToken.class)
                .hasSize(4);
    }

    @Test
    void whatTheServiceLooksForAtItsStartIsInItsRole() {
        assertThat(AzureRole.CONTROL_PLANE.actions()).contains(Rights.READ).containsAll(Rights.WANTED);
    }

    /** The calls that are refused for a right, each with what the service says of it. */
    private Map<ArmRequest, ArmResult.ArmError> refused(List<String> rights) throws InterruptedException {
        arm.setRights(subscription, rights);
        AzureSettings settings = AzureArmGatewayTest.settings(
                Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", ArmModel.SANDBOX_TOKEN));
        ArmGateway gateway =
                new AzureArmGateway(settings, time, Tracing.OFF, new InProcessArm(arm, time, Duration.ZERO));
        Map<ArmRequest, ArmResult.ArmError> refused = new LinkedHashMap<>();
        time.execute(() -> calls().forEach(call -> {
            if (gateway.send(call) instanceof ArmResult.ArmError error && error.status() == 403) {
                refused.put(call, error);
            }
        }));
        time.run();
        return refused;
    }

    /** One of each kind. */
    private List<ArmRequest> calls() {
        String operation = InProcessArm.ENDPOINT + "/subscriptions/" + subscription
                + "/providers/Microsoft.ContainerService/locations/westeurope/operations/00000000-0000-0000-0000-000000000000"
                + "?api-version=2016-03-30";
        return List.of(
                new ArmRequest.ListSubscriptions(null),
                new ArmRequest.ListClusters(subscription, null),
                new ArmRequest.GetCluster(cluster),
                new ArmRequest.PutCluster(cluster, null, arm.document(cluster).orElseThrow()),
                new ArmRequest.CreateCluster(cluster, arm.document(cluster).orElseThrow()),
                new ArmRequest.AcquirePolicyToken(new ArmRequest.PutCluster(
                        cluster, null, arm.document(cluster).orElseThrow())),
                new ArmRequest.ListMaintenance(cluster, "westeurope", null),
                new ArmRequest.ListUserCredential(cluster, "westeurope"),
                new ArmRequest.ReadOperation(subscription, operation),
                new ArmRequest.ReadProvider(subscription),
                new ArmRequest.RegisterProvider(subscription),
                new ArmRequest.ReadFeature(subscription),
                new ArmRequest.RegisterFeature(subscription),
                new ArmRequest.ListLocks(subscription, null),
                new ArmRequest.ReadPermissions(subscription));
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RoleRightsTest::kinds)
                : Stream.of(type);
    }
}

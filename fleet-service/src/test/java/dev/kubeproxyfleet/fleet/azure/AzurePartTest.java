package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import dev.kubeproxyfleet.fleet.selfcheck.Finding.Status;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.simulator.arm.ArmModel;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the check says of the simulated Azure. */
class AzurePartTest {

    private static final String READS = "Microsoft.Authorization/permissions/read";

    private final VirtualScheduler time = new VirtualScheduler();
    private final Fleet fleet = Fleet.of(new FleetSpec(4, 3, 2, 7, 1));
    private final String one = fleet.subscriptions().get(0).id();
    private final String two = fleet.subscriptions().get(1).id();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, time);

    AzurePartTest() {
        fleet.subscriptions().forEach(subscription -> arm.setFeature(subscription.id(), true));
    }

    @Test
    void nothingIsMissing() throws InterruptedException {
        List<Finding> found = look(Map.of());

        assertThat(found).extracting(Finding::status).containsOnly(Status.OK);
        assertThat(texts(found, Status.OK))
                .contains(
                        "Azure at https://localhost answers, and accepts the sign-in; 2 subscriptions in the fleet",
                        "subscription " + one + ": the identity has all rights of the control plane",
                        "subscription " + two + ": the preview feature is registered");
        assertThat(arm.journal().acceptedWrites()).isEmpty();
    }

    @Test
    void aTokenThatIsNotAcceptedLeavesTheRestUnknown() throws InterruptedException {
        List<Finding> found = look(Map.of("static-token", "made-up"));

        assertThat(texts(found, Status.MISSING))
                .singleElement()
                .asString()
                .contains("InvalidAuthenticationToken", "check the workload's identity")
                .doesNotContain("made-up");
        assertThat(texts(found, Status.UNKNOWN)).hasSize(1);
        assertThat(texts(look(Map.of("static-token", "made-up", "subscriptions", one)), Status.MISSING))
                .as("the same where the subscriptions are configured")
                .hasSize(1);
    }

    @Test
    void aSubscriptionThatIsForbiddenIsNamedAndTheOthersAreLookedAt() throws InterruptedException {
        arm.setRights(one, List.of("Microsoft.Resources/*"));

        List<Finding> found = look(Map.of("subscriptions", one + "," + two));

        assertThat(texts(found, Status.MISSING))
                .singleElement()
                .asString()
                .startsWith("subscription " + one + ": its clusters cannot be listed (AuthorizationFailed")
                .contains("deploy/azure/control-plane");
        assertThat(texts(found, Status.UNKNOWN))
                .allSatisfy(text -> assertThat(text).startsWith("subscription " + one));
        assertThat(texts(found, Status.OK)).contains("subscription " + two + ": its clusters can be listed");
    }

    @Test
    void eachRightThatIsMissingIsNamed() throws InterruptedException {
        arm.setRights(two, List.of("*/read"));

        assertThat(texts(look(Map.of()), Status.MISSING))
                .containsExactly("subscription " + two
                        + ": the identity lacks the right Microsoft.ContainerService/managedClusters/write, unless it is"
                        + " granted on resource groups; deploy/azure/control-plane defines a role that has it");
    }

    @Test
    void rightsThatNobodyTellsAreUnknown() throws InterruptedException {
        arm.setRights(two, List.of("Microsoft.ContainerService/*", "Microsoft.Features/*", "Microsoft.Resources/*"));

        List<Finding> found = look(Map.of());

        assertThat(texts(found, Status.MISSING)).isEmpty();
        assertThat(texts(found, Status.UNKNOWN)).singleElement().asString().contains(READS);
    }

    @Test
    void aVersionThatIsNoLongerOfferedAndAFeatureThatIsNotRegisteredAreNamed() throws InterruptedException {
        arm.setFeature(one, false);

        assertThat(texts(look(Map.of("subscriptions", one)), Status.MISSING))
                .containsExactly("subscription " + one
                        + ": the preview feature is NotRegistered; register it with: kpfleet features register " + one);
        assertThat(texts(look(Map.of("subscriptions", two, "api-version", "2022-08-02-preview")), Status.MISSING))
                .anySatisfy(
                        text -> assertThat(text).contains("set kpfleet.azure.api-version to a preview that it offers"));
    }

    @Test
    void aSettingThatCannotBeUsedIsInvalid() throws InterruptedException {
        assertThat(texts(look(Map.of("endpoint", "http://localhost")), Status.INVALID))
                .singleElement()
                .asString()
                .startsWith("kpfleet.azure.endpoint must be an https address");
    }

    private List<Finding> look(Map<String, String> more) throws InterruptedException {
        Map<String, String> values =
                new HashMap<>(Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", ArmModel.SANDBOX_TOKEN));
        values.putAll(more);
        AzureSettings settings = AzureArmGatewayTest.settings(values);
        List<Finding> found = new ArrayList<>();
        time.execute(() -> new AzurePart(
                        settings,
                        () -> arm(settings),
                        () -> new FleetSubscriptions(settings.configuredSubscriptions(), arm(settings), time))
                .look(found::add));
        time.run();
        return found;
    }

    private BudgetedArm arm(AzureSettings settings) {
        return new BudgetedArm(
                new AzureArmGateway(settings, time, Tracing.OFF, new InProcessArm(arm, time, Duration.ZERO)),
                new Budgets(time, 1),
                time);
    }

    private static List<String> texts(List<Finding> found, Status status) {
        return found.stream()
                .filter(finding -> finding.status() == status)
                .map(Finding::text)
                .toList();
    }
}

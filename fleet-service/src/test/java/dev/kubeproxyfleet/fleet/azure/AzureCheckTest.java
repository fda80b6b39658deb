package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What start-up finds out, and how it says so. */
class AzureCheckTest {

    private final VirtualScheduler time = new VirtualScheduler();
    private final Fleet fleet = Fleet.of(new FleetSpec(4, 3, 2, 7, 1));
    private final String one = fleet.subscriptions().get(0).id();
    private final String two = fleet.subscriptions().get(1).id();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, time);

    @Test
    void everythingIsThere() throws InterruptedException {
        assertThat(check(Map.of())).isEqualTo(new AzureCheck.Ready(InProcessArm.ENDPOINT, List.of()));
    }

    @Test
    void namesTheRightThatIsMissingInEverySubscription() throws InterruptedException {
        arm.setRights(one, List.of("Microsoft.Resources/*", "Microsoft.Authorization/*/read"));
        arm.setRights(two, List.of("Microsoft.Resources/*", "Microsoft.Authorization/*/read"));

        assertThat(check(Map.of()))
                .isInstanceOfSatisfying(
                        AzureCheck.NotReady.class,
                        notReady -> assertThat(notReady.reason())
                                .contains("Microsoft.ContainerService/managedClusters/read")
                                .contains("grant"));
    }

    @Test
    void goesOnWithoutASubscriptionAndSaysWhichRightsAreMissing() throws InterruptedException {
        arm.setRights(one, List.of("Microsoft.Authorization/permissions/read", "Microsoft.Resources/*"));
        arm.setRights(two, List.of("*/read"));

        assertThat(check(Map.of())).isInstanceOfSatisfying(AzureCheck.Ready.class, ready -> {
            assertThat(ready.warnings()).hasSize(2);
            assertThat(ready.warnings().stream().sorted().toList().toString())
                    .contains("managedClusters/read in subscription " + one)
                    .contains("managedClusters/write in subscription " + two);
        });
    }

    @Test
    void namesTheSettingWhenTheVersionHasBeenRetired() throws InterruptedException {
        assertThat(check(Map.of("api-version", "2022-08-02-preview")))
                .isInstanceOfSatisfying(
                        AzureCheck.NotReady.class,
                        notReady -> assertThat(notReady.reason())
                                .contains("kpfleet.azure.api-version")
                                .containsPattern("that it offers: \\[\\d{4}-\\d{2}-\\d{2}-preview"));
    }

    @Test
    void namesTheIdentityWhenTheTokenIsNoGood() throws InterruptedException {
        assertThat(check(Map.of("static-token", "made-up")))
                .isInstanceOfSatisfying(
                        AzureCheck.NotReady.class,
                        notReady -> assertThat(notReady.reason())
                                .contains("InvalidAuthenticationToken")
                                .contains("identity")
                                .doesNotContain("made-up"));
    }

    @Test
    void namesTheSettingWhenThereIsNoSuchSubscription() throws InterruptedException {
        assertThat(check(Map.of("subscriptions", "00000000-0000-0000-0000-00000000dead")))
                .isInstanceOfSatisfying(
                        AzureCheck.NotReady.class,
                        notReady -> assertThat(notReady.reason())
                                .contains("SubscriptionNotFound")
                                .contains("check kpfleet.azure.subscriptions"));
    }

    @ParameterizedTest
    @CsvSource({
        "public, https://management.azure.com, https://login.microsoftonline.com",
        "us-government, https://management.usgovcloudapi.net, https://login.microsoftonline.us",
        "china, https://management.chinacloudapi.cn, https://login.chinacloudapi.cn"
    })
    void aCloudHasAName(String name, String endpoint, String authority) {
        AzureSettings settings = AzureArmGatewayTest.settings(Map.of("cloud", name));

        assertThat(settings.armEndpoint()).hasToString(endpoint);
        assertThat(settings.entraAuthority()).hasToString(authority);
        assertThat(settings.cloud().scope()).isEqualTo(endpoint + "/.default");
    }

    @Test
    void permissionsAreReadAsRolesAreWritten() {
        var permissions = FakeArm.json("""
                [{"actions": ["*/read"], "notActions": ["Microsoft.Features/*"]},
                 {"actions": ["microsoft.containerservice/managedclusters/WRITE"], "notActions": []}]""");

        assertThat(Rights.allow(permissions, "Microsoft.ContainerService/managedClusters/read"))
                .isTrue();
        assertThat(Rights.allow(permissions, "Microsoft.ContainerService/managedClusters/write"))
                .isTrue();
        assertThat(Rights.allow(permissions, "Microsoft.Features/providers/features/read"))
                .isFalse();
        assertThat(Rights.allow(permissions, "Microsoft.ContainerService/managedClusters/delete"))
                .isFalse();
    }

    private AzureCheck.State check(Map<String, String> more) throws InterruptedException {
        Map<String, String> values =
                new HashMap<>(Map.of("endpoint", InProcessArm.ENDPOINT, "static-token", ArmModel.SANDBOX_TOKEN));
        values.putAll(more);
        AzureSettings settings = AzureArmGatewayTest.settings(values);
        BudgetedArm budgeted = new BudgetedArm(
                new AzureArmGateway(settings, time, Tracing.OFF, new InProcessArm(arm, time, Duration.ZERO)),
                new Budgets(time, 1),
                time);
        FleetSubscriptions subscriptions = new FleetSubscriptions(settings.configuredSubscriptions(), budgeted, time);
        List<AzureCheck.State> states = new ArrayList<>();
        time.execute(() -> states.add(new AzureCheck(budgeted, subscriptions, time, settings).check()));
        time.run();
        return states.getFirst();
    }
}

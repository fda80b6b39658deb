package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import dev.kubeproxyfleet.fleet.selfcheck.Part;
import dev.kubeproxyfleet.schemas.text.Count;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The sign-in, and each subscription of the fleet: its clusters, the rights, the api-version and the preview feature. */
@ApplicationScoped
class AzurePart implements Part {

    /** Longest wait for the budget of one call; the service under check may be spending it. */
    static final Duration HELD_AT_MOST = Duration.ofSeconds(10);

    private static final String ROLE = "; deploy/azure/control-plane defines a role that has it";
    private static final int UNAUTHORIZED = 401;

    private final AzureSettings settings;
    private final Supplier<BudgetedArm> arm;
    private final Supplier<FleetSubscriptions> subscriptions;

    @Inject
    AzurePart(AzureSettings settings, Instance<BudgetedArm> arm, Instance<FleetSubscriptions> subscriptions) {
        this(settings, (Supplier<BudgetedArm>) arm::get, subscriptions::get);
    }

    /** @param arm fails with the name of a setting that cannot be used */
    AzurePart(AzureSettings settings, Supplier<BudgetedArm> arm, Supplier<FleetSubscriptions> subscriptions) {
        this.settings = settings;
        this.arm = arm;
        this.subscriptions = subscriptions;
    }

    @Override
    public int order() {
        return 2;
    }

    @Override
    public String name() {
        return "Azure";
    }

    @Override
    public void look(Consumer<Finding> found) {
        try {
            look(arm.get(), found);
        } catch (IllegalArgumentException e) {
            found.accept(Finding.invalid(String.valueOf(e.getMessage())));
        }
    }

    private void look(BudgetedArm arm, Consumer<Finding> found) {
        switch (subscriptions.get().now()) {
            case Subscriptions.Unknown(ArmResult.ArmError error) -> noAnswer(error, found);
            case Subscriptions.Known(Set<String> ids)
            when ids.isEmpty() ->
                found.accept(Finding.missing(
                        "Azure: the identity sees no subscription; grant it a role in those of the fleet,"
                                + " or set kpfleet.azure.subscriptions" + ROLE));
            case Subscriptions.Known(Set<String> ids) -> {
                boolean answers = false;
                for (String id : ids.stream().sorted().toList()) {
                    ArmResult clusters = arm.once(new ArmRequest.ListClusters(id, null), HELD_AT_MOST);
                    if (clusters instanceof ArmResult.ArmError error && isNoAnswer(error)) {
                        noAnswer(error, found);
                        return;
                    }
                    if (!answers) {
                        answers = true;
                        found.accept(
                                Finding.ok("Azure at " + settings.armEndpoint() + " answers, and accepts the sign-in; "
                                        + Count.of(ids.size(), "subscription") + " in the fleet"));
                    }
                    found.accept(clusters(id, clusters));
                    found.accept(version(arm, id));
                    rights(arm, id).forEach(found);
                    found.accept(feature(arm, id));
                }
            }
        }
    }

    private static boolean isNoAnswer(ArmResult.ArmError error) {
        return error.status() == 0 || error.status() == UNAUTHORIZED;
    }

    private void noAnswer(ArmResult.ArmError error, Consumer<Finding> found) {
        found.accept(Finding.missing("Azure at " + settings.armEndpoint() + ": "
                + (isNoAnswer(error) ? "it cannot be used" : "subscriptions cannot be listed") + " (" + error.describe()
                + "); " + AzureCheck.remedy(error)));
        found.accept(Finding.unknown(
                "subscriptions, clusters and rights in Azure: " + settings.armEndpoint() + " has not told them"));
    }

    private static Finding clusters(String id, ArmResult answer) {
        return switch (answer) {
            case ArmResult.Ok ok ->
                Finding.ok("subscription " + id + ": its clusters can be listed"
                        + (ok.body().path("value").isEmpty() ? ", and it has none that the identity sees" : ""));
            case ArmResult.ArmError error ->
                Finding.missing("subscription " + id + ": its clusters cannot be listed (" + error.describe()
                        + "); grant the right " + Rights.READ + ", or leave it out of kpfleet.azure.subscriptions"
                        + ROLE);
        };
    }

    private Stream<Finding> rights(BudgetedArm arm, String id) {
        return switch (arm.once(new ArmRequest.ReadPermissions(id), HELD_AT_MOST)) {
            case ArmResult.Ok ok -> {
                JsonNode permissions = ok.body().path("value");
                List<String> lacking = Rights.WANTED.stream()
                        .filter(right -> !Rights.allow(permissions, right))
                        .toList();
                yield lacking.isEmpty()
                        ? Stream.of(
                                Finding.ok("subscription " + id + ": the identity has all rights of the control plane"))
                        : lacking.stream()
                                .map(right -> Finding.missing("subscription " + id + ": the identity lacks the right "
                                        + right + ", unless it is granted on resource groups" + ROLE));
            }
            case ArmResult.ArmError error ->
                Stream.of(Finding.unknown("subscription " + id + ": what the identity may do there was not told ("
                        + error.describe() + "); grant it Microsoft.Authorization/permissions/read" + ROLE));
        };
    }

    private Finding version(BudgetedArm arm, String id) {
        return switch (arm.once(new ArmRequest.ReadProvider(id), HELD_AT_MOST)) {
            case ArmResult.Ok ok ->
                AzureCheck.retired(ok.body(), settings.apiVersion())
                        .map(problem -> Finding.missing("subscription " + id + ": " + problem))
                        .orElseGet(() -> Finding.ok(
                                "subscription " + id + ": api-version " + settings.apiVersion() + " is offered"));
            case ArmResult.ArmError error ->
                Finding.unknown(
                        "subscription " + id + ": which api-versions are offered was not told (" + error.describe()
                                + "); grant the right Microsoft.Resources/subscriptions/providers/read" + ROLE);
        };
    }

    private static Finding feature(BudgetedArm arm, String id) {
        String name = "subscription " + id + ": the preview feature";
        return switch (arm.once(new ArmRequest.ReadFeature(id), HELD_AT_MOST)) {
            case ArmResult.Ok ok -> {
                String state = FeatureRegistrations.stateOf(ok.body()).orElse("");
                yield state.equals(FeatureRegistrations.REGISTERED)
                        ? Finding.ok(name + " is registered")
                        : Finding.missing(name + " is " + (state.isEmpty() ? "in no state that is known" : state)
                                + "; register it with: kpfleet features register " + id);
            }
            case ArmResult.ArmError error ->
                Finding.unknown(name + " was not told of (" + error.describe()
                        + "); grant the right Microsoft.Features/providers/features/read" + ROLE);
        };
    }
}

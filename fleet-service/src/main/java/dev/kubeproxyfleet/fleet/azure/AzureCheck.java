package dev.kubeproxyfleet.fleet.azure;

import com.azure.resourcemanager.resources.fluent.models.ProviderInner;
import com.azure.resourcemanager.resources.models.ProviderResourceType;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** Whether ARM can be used as configured, found out before anything is read or written; readiness check {@code azure}. */
final class AzureCheck {

    /** What is known so far. */
    sealed interface State {}

    /** @param reason in words that name the setting or the permission to mend */
    record NotReady(String reason) implements State {}

    /** @param warnings rights that the identity seems to lack, one sentence each */
    record Ready(String endpoint, List<String> warnings) implements State {
        Ready {
            warnings = List.copyOf(warnings);
        }
    }

    private static final Logger LOG = Logger.getLogger(AzureCheck.class);
    private static final int VERSIONS_SHOWN = 5;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final BudgetedArm arm;
    private final FleetSubscriptions subscriptions;
    private final Pause pause;
    private final AzureSettings settings;
    private volatile State state = new NotReady("Azure Resource Manager has not been asked yet");

    AzureCheck(BudgetedArm arm, FleetSubscriptions subscriptions, Pause pause, AzureSettings settings) {
        this.arm = arm;
        this.subscriptions = subscriptions;
        this.pause = pause;
        this.settings = settings;
    }

    State state() {
        return state;
    }

    /** Asks until ARM can be used; returns without an answer if {@code closing} says so. */
    void untilReady(BooleanSupplier closing, Duration interval) {
        while (!closing.getAsBoolean()) {
            State now = check();
            if (!now.equals(state)) {
                switch (now) {
                    case Ready(String endpoint, List<String> warnings) -> {
                        LOG.infof(
                                "Azure Resource Manager is ready endpoint=%s apiVersion=%s",
                                endpoint, settings.apiVersion());
                        warnings.forEach(LOG::warn);
                    }
                    case NotReady(String reason) -> LOG.warnf("Azure Resource Manager cannot be used: %s", reason);
                }
            }
            state = now;
            if (now instanceof Ready) {
                return;
            }
            pause.sleep(interval);
        }
    }

    /** Tries once. */
    State check() {
        return switch (subscriptions.now()) {
            case Subscriptions.Unknown(ArmResult.ArmError error) ->
                new NotReady(settings.armEndpoint() + " did not list subscriptions (" + error.describe() + "); "
                        + remedy(error));
            case Subscriptions.Known(Set<String> ids) ->
                ids.isEmpty()
                        ? new NotReady("the identity sees no subscription; grant it a role that may read managed"
                                + " clusters, or set kpfleet.azure.subscriptions")
                        : checkVersion(ids);
        };
    }

    /** All subscriptions are told the same versions, so the first that tells them decides. */
    private State checkVersion(Set<String> subscriptions) {
        State refused = new NotReady("no subscription tells the api-versions of Microsoft.ContainerService");
        for (String subscription : subscriptions) {
            switch (arm.send(new ArmRequest.ReadProvider(subscription))) {
                case ArmResult.Ok ok -> {
                    Optional<String> retired = retired(ok.body(), settings.apiVersion());
                    return retired.isPresent() ? new NotReady(retired.get()) : checkRights(subscriptions);
                }
                case ArmResult.ArmError error -> {
                    refused = new NotReady("subscription " + subscription + " did not tell the api-versions of"
                            + " Microsoft.ContainerService (" + error.describe() + "); " + remedy(error));
                    if (error.status() != FORBIDDEN && error.status() != NOT_FOUND) {
                        return refused;
                    }
                }
            }
        }
        return refused;
    }

    /**
     * Why a version cannot be used.
     *
     * @param provider as ARM tells what it offers
     * @return empty if it can
     */
    static Optional<String> retired(JsonNode provider, String apiVersion) {
        List<String> versions = versions(provider);
        return versions.contains(apiVersion.toLowerCase(Locale.ROOT))
                ? Optional.empty()
                : Optional.of("Azure does not offer api-version " + apiVersion
                        + " of managedClusters; set kpfleet.azure.api-version to a preview that it offers: "
                        + versions.stream()
                                .filter(version -> version.endsWith("-preview"))
                                .limit(VERSIONS_SHOWN)
                                .toList());
    }

    /** A subscription that cannot be listed is no reason to leave the others alone. */
    private State checkRights(Set<String> subscriptions) {
        List<String> warnings = new ArrayList<>();
        int unreadable = 0;
        for (String subscription : subscriptions) {
            if (!(arm.send(new ArmRequest.ReadPermissions(subscription)) instanceof ArmResult.Ok ok)) {
                continue; // it may have the rights all the same: only a call can show it
            }
            JsonNode permissions = ok.body().path("value");
            if (!Rights.allow(permissions, Rights.READ)) {
                unreadable++;
                warnings.add("the identity lacks the right " + Rights.READ + " in subscription " + subscription
                        + "; grant it a role that has it");
                continue;
            }
            for (String right : Rights.WANTED) {
                if (!Rights.allow(permissions, right)) {
                    warnings.add("the identity lacks the right " + right + " in subscription " + subscription
                            + ", unless it is granted on resource groups");
                }
            }
        }
        return unreadable == subscriptions.size()
                ? new NotReady(warnings.getFirst())
                : new Ready(settings.armEndpoint().toString(), warnings);
    }

    private static List<String> versions(JsonNode provider) {
        return SdkModels.read(provider, ProviderInner::fromJson).map(ProviderInner::resourceTypes).stream()
                .flatMap(List::stream)
                .filter(type -> "managedClusters".equalsIgnoreCase(type.resourceType()))
                .map(ProviderResourceType::apiVersions)
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .map(version -> version.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** What helps against an error of a call that reads. */
    static String remedy(ArmResult.ArmError error) {
        return switch (error.status()) {
            case 0 -> "check kpfleet.azure.endpoint and kpfleet.azure.ca-certificate";
            case 401 -> "check the workload's identity, kpfleet.azure.cloud and kpfleet.azure.authority";
            case 403 -> "grant the identity the right to read subscriptions and managed clusters";
            case 404 -> "check kpfleet.azure.subscriptions and kpfleet.azure.endpoint";
            default -> "check kpfleet.azure.endpoint";
        };
    }
}

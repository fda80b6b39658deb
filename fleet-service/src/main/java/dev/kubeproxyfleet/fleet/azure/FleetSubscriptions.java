package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which subscriptions the fleet has: those that are configured, else all that the identity can list. Thread-safe. */
public final class FleetSubscriptions {

    /** However many people look at once, and however often: one listing in this time. */
    static final Duration MAX_AGE = Duration.ofSeconds(10);

    static final int MAX_PAGES = 1_000;

    private final Set<String> configured;
    private final BudgetedArm arm;
    private final Recent<Set<String>, Subscriptions> recent;

    /** @param configured {@link AzureSettings#configuredSubscriptions} */
    FleetSubscriptions(Set<String> configured, BudgetedArm arm, InstantSource clock) {
        this.configured = configured;
        this.arm = arm;
        this.recent = new Recent<>(unused -> now(), MAX_AGE, 1, clock);
    }

    /** Whether an operator says which subscriptions the fleet has; else they are those that ARM shows. */
    public boolean areConfigured() {
        return !configured.isEmpty();
    }

    /** As they are now; one listing by ARM unless they are configured. */
    public Subscriptions now() {
        return areConfigured() ? new Subscriptions.Known(configured) : listed();
    }

    /** As they were within the last {@link #MAX_AGE}. */
    public Subscriptions recent() {
        return recent.get(configured);
    }

    /**
     * Whether anything may be changed in the subscription of {@code resource}: where none is configured, Azure's role assignments
     * decide.
     *
     * @param resource an ARM resource id
     */
    boolean mayChange(String resource) {
        return !areConfigured() || new Subscriptions.Known(configured).has(Partitioning.subscriptionOf(resource));
    }

    private Subscriptions listed() {
        Set<String> ids = new TreeSet<>();
        ArmResult.ArmError error = Pager.read(arm::send, ArmRequest.ListSubscriptions::new, MAX_PAGES, page -> {
                    for (JsonNode subscription : page.path("value")) {
                        String id = subscription.path("subscriptionId").asText("");
                        boolean isDisabled =
                                subscription.path("state").asText("Enabled").equalsIgnoreCase("Disabled");
                        if (!id.isEmpty() && !isDisabled) {
                            ids.add(id.toLowerCase(Locale.ROOT));
                        }
                    }
                    return true;
                })
                .error();
        return error == null ? new Subscriptions.Known(ids) : new Subscriptions.Unknown(error);
    }
}

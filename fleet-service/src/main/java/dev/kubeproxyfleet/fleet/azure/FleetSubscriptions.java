package dev.kubeproxyfleet.fleet.azure;

import com.azure.resourcemanager.resources.fluent.models.SubscriptionInner;
import com.azure.resourcemanager.resources.models.SubscriptionState;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
        Pager.Listed<SubscriptionInner> listed = Pager.list(
                arm::send,
                ArmRequest.ListSubscriptions::new,
                MAX_PAGES,
                json -> SdkModels.read(json, SubscriptionInner::fromJson));
        return listed.error() == null
                ? new Subscriptions.Known(usable(listed.items()))
                : new Subscriptions.Unknown(listed.error());
    }

    private static Set<String> usable(List<SubscriptionInner> subscriptions) {
        return subscriptions.stream()
                .filter(subscription -> subscription.state() != SubscriptionState.DISABLED)
                .flatMap(subscription -> Stream.ofNullable(subscription.subscriptionId()))
                .map(id -> id.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}

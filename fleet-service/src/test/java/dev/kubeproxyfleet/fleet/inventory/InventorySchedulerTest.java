package dev.kubeproxyfleet.fleet.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Listing;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What the inventory publishes of what Azure shows, from the discovery of subscriptions to the records on the topic. */
class InventorySchedulerTest {

    private static final ClusterRecord ONE = cluster("one", "Succeeded");
    private static final ClusterRecord TWO = cluster("two", "Succeeded");
    private static final ClusterRecord OTHER = cluster("s2", "other", "Succeeded");
    private static final ArmResult.ArmError REFUSED =
            new ArmResult.ArmError(500, new AzureCode("ServerBusy"), "later", null);

    private final FakeWorld world = new FakeWorld();
    private final InventoryScheduler scheduler = new InventoryScheduler(
            world,
            world::read,
            new InventoryPublisher(world::publish),
            new SmallRyeConfigBuilder()
                    .withMapping(InventorySettings.class)
                    .build()
                    .getConfigMapping(InventorySettings.class),
            new Timing((wake, atMost) -> {}, () -> world.now, new Random(1)),
            world.tasks::add);

    @Test
    void publishesClustersFirstAndTheirSubscriptionLast() {
        follow();

        list(complete(ONE, TWO));

        assertThat(world.log)
                .containsExactly("changed " + ONE.id(), "changed " + TWO.id(), "subscription s1 2 Registered");
    }

    @Test
    void publishesOnlyWhatIsDifferent() {
        follow();
        list(complete(ONE, TWO));
        world.log.clear();

        list(complete(ONE, cluster("two", "Updating")));

        assertThat(world.log).containsExactly("changed " + TWO.id());
    }

    @Test
    void knowsFromTheTopicWhatWasPublishedBeforeARestart() {
        world.topic.put("s1", Map.of(ONE.id(), new Published.Cluster(ONE)));
        follow();

        list(complete(ONE));

        assertThat(world.log).containsExactly("subscription s1 1 Registered");
    }

    @Test
    void aClusterIsGoneAfterTwoCompleteListingsWithoutIt() {
        world.topic.put("s1", Map.of(ONE.id(), new Published.Cluster(ONE), TWO.id(), new Published.Cluster(TWO)));
        follow();

        list(complete(ONE));
        assertThat(world.log).noneMatch(line -> line.startsWith("gone"));

        list(complete(ONE));
        assertThat(world.log).contains("gone " + TWO.id());
    }

    @Test
    void aClusterThatComesBackInBetweenStays() {
        world.topic.put("s1", Map.of(ONE.id(), new Published.Cluster(ONE), TWO.id(), new Published.Cluster(TWO)));
        follow();

        list(complete(ONE));
        list(complete(ONE, TWO));
        list(complete(ONE));

        assertThat(world.log).noneMatch(line -> line.startsWith("gone"));
    }

    @Test
    void aListingThatFailedRemovesNothingAndSaysNothingOfTheSubscription() {
        world.topic.put("s1", Map.of(ONE.id(), new Published.Cluster(ONE), TWO.id(), new Published.Cluster(TWO)));
        follow();

        for (int i = 0; i < 3; i++) {
            list(new Listing("s1", Instant.EPOCH, List.of(cluster("one", "Updating")), 1, REFUSED));
        }

        assertThat(world.log).containsExactly("changed " + ONE.id());
    }

    @Test
    void whatCouldNotBePublishedIsPublishedWithTheNextListing() {
        follow();
        world.failing = true;
        list(complete(ONE));
        assertThat(world.log).containsExactly("changed " + ONE.id());
        world.failing = false;
        world.log.clear();

        list(complete(ONE));

        assertThat(world.log).containsExactly("changed " + ONE.id(), "subscription s1 1 Registered");
    }

    @Test
    void aSubscriptionThatIsNotOursIsLeftToOthers() {
        world.owned = Set.of();
        follow();

        list(complete(ONE));

        assertThat(world.log).isEmpty();
        assertThat(world.tasks).isEmpty();
    }

    @Test
    void aSubscriptionThatGoesToAnotherReplicaIsPolledNoMore() {
        follow();
        assertThat(world.tasks).hasSize(2);
        world.owned = Set.of();
        follow();

        world.tasks.forEach(Runnable::run);

        assertThat(world.listed).isZero();
        assertThat(scheduler.poller("s1")).isEmpty();
    }

    @Test
    void aSubscriptionThatWasTakenOverIsReadBackAnew() {
        follow();
        list(complete(ONE));
        world.owned = Set.of();
        follow();
        world.owned = Set.of("s1");
        world.topic.put("s1", Map.of(TWO.id(), new Published.Cluster(TWO)));
        world.log.clear();
        follow();

        list(complete(ONE));

        assertThat(world.log).contains("changed " + ONE.id());
    }

    @Test
    void whatTheWorkerHasListedIsNotListedAgain() {
        follow();
        Instant now = world.now;
        scheduler.clusterChanged(ONE.id());
        scheduler.listed(complete(now.plusSeconds(1), ONE));
        world.listed = 0;

        poller().poll();
        assertThat(world.listed).isZero();

        world.now = now.plusSeconds(2);
        scheduler.clusterChanged(ONE.id());
        poller().poll();
        assertThat(world.listed).as("it may have been listed before the change").isEqualTo(1);

        world.now = now.plus(Duration.ofMinutes(5));
        poller().poll();
        assertThat(world.listed).as("nobody has listed it for a while").isEqualTo(2);
    }

    @Test
    void aSubscriptionThatAnOperatorTakesOutOfTheFleetTakesItsClustersWithIt() {
        world.configured = true;
        world.owned = Set.of("s1", "s2");
        world.topic.put(
                "s2",
                Map.of(OTHER.id(), new Published.Cluster(OTHER), "/subscriptions/s2", new Published.Unreadable()));

        discover("s1");

        assertThat(world.log).containsExactly("gone " + OTHER.id(), "gone /subscriptions/s2");
    }

    @Test
    void aSubscriptionThatArmDoesNotShowAnyMoreStaysUntilArmSaysThatThereIsNone() {
        world.owned = Set.of("s1", "s2");
        world.topic.put("s2", Map.of(OTHER.id(), new Published.Cluster(OTHER)));

        world.feature = REFUSED;
        discover("s1");
        discover("s1");
        assertThat(world.log).as("a right may be missing for the moment").isEmpty();

        world.feature = new ArmResult.ArmError(404, new AzureCode("SubscriptionNotFound"), "could not be found", null);
        discover("s1");
        assertThat(world.log).containsExactly("gone " + OTHER.id());
    }

    @Test
    void noSubscriptionAtAllIsAMissingRightAndTakesNothingAway() {
        world.topic.put("s1", Map.of(ONE.id(), new Published.Cluster(ONE)));

        for (int i = 0; i < 3; i++) {
            discover();
        }

        assertThat(world.log).isEmpty();
    }

    @Test
    void theSubscriptionsThatLeaveAreLeftToTheirOwner() {
        world.topic.put("s2", Map.of(OTHER.id(), new Published.Cluster(OTHER)));

        for (int i = 0; i < 3; i++) {
            discover("s1");
        }

        assertThat(world.log).isEmpty();
    }

    @Test
    void whatReadOnlyLocksAreOnIsToldOfTheSubscription() {
        String group = "/subscriptions/s1/resourceGroups/RG";
        world.locks = locks(lock(ONE.id(), "ReadOnly"), lock(TWO.id(), "CanNotDelete"), lock(group, "ReadOnly"));
        follow();

        list(complete(ONE, TWO));
        list(complete(ONE, TWO));

        assertThat(world.asked).containsOnlyOnce("locks s1");
        assertThat(world.told.getLast().readOnlyScopes())
                .containsExactly("/subscriptions/s1/resourcegroups/rg", ONE.id());

        world.locks = locks();
        world.now = world.now.plus(Duration.ofMinutes(2));
        list(complete(ONE, TWO));
        assertThat(world.told.getLast().readOnlyScopes()).isEmpty();
    }

    @Test
    void locksThatCannotBeReadStayWhatTheyWereAndAreUnknownWithoutTheRight() {
        world.locks = locks(lock(ONE.id(), "ReadOnly"));
        follow();
        list(complete(ONE));

        world.locks = REFUSED;
        world.now = world.now.plus(Duration.ofMinutes(2));
        list(complete(ONE));
        assertThat(world.told.getLast().readOnlyScopes()).containsExactly(ONE.id());

        world.locks = new ArmResult.ArmError(403, new AzureCode("AuthorizationFailed"), "no right", null);
        world.now = world.now.plus(Duration.ofMinutes(2));
        list(complete(ONE));
        assertThat(world.told.getLast().readOnlyScopes()).isNull();
    }

    private static String lock(String scope, String level) {
        return """
                {"id": "%s/providers/Microsoft.Authorization/locks/frozen", "properties": {"level": "%s"}}""".formatted(scope, level);
    }

    private static ArmResult locks(String... locks) {
        return new ArmResult.Ok(200, json("{\"value\": [" + String.join(",", locks) + "]}"), null, null);
    }

    @Test
    void maintenanceWindowsAreReadBesideAndPublishedWithTheNextListing() {
        world.calls.put("maintenance", json("""
                        {"value": [{"name": "aksManagedNodeOSUpgradeSchedule", "properties": {"maintenanceWindow":
                         {"schedule": {"daily": {"intervalDays": 1}}, "startTime": "02:00", "durationHours": 4}}}]}"""));
        follow();
        list(complete(ONE));
        assertThat(world.published.getFirst().maintenanceWindows()).isNull();

        poller().readMaintenance();
        poller().readMaintenance();
        list(complete(ONE));
        list(complete(ONE));

        assertThat(world.asked).containsOnlyOnce("maintenance westeurope");
        assertThat(world.published).hasSize(2);
        assertThat(world.published.getLast().maintenanceWindows())
                .singleElement()
                .satisfies(window -> assertThat(window.schedule()).isEqualTo(new MaintenanceWindow.Daily(1)));
    }

    @Test
    void maintenanceWindowsThatCannotBeReadStayUnknownAndAreReadAgainLater() {
        world.calls.remove("maintenance");
        follow();
        list(complete(ONE));

        poller().readMaintenance();
        poller().readMaintenance();
        list(complete(ONE));

        assertThat(world.asked).containsOnlyOnce("maintenance westeurope");
        assertThat(world.published)
                .singleElement()
                .satisfies(record -> assertThat(record.maintenanceWindows()).isNull());
    }

    @Test
    void maintenanceWindowsThatWerePublishedBeforeARestartAreKept() {
        ClusterRecord withWindows = ONE.withMaintenanceWindows(List.of());
        world.topic.put("s1", Map.of(ONE.id(), new Published.Cluster(withWindows)));
        follow();

        list(complete(ONE));

        assertThat(world.published).isEmpty();
    }

    /** The next discovery finds these subscriptions. */
    private void discover(String... subscriptions) {
        world.now = world.now.plus(Duration.ofHours(1));
        world.subscriptions = new Subscriptions.Known(Set.of(subscriptions));
        follow();
    }

    private void follow() {
        world.observer = scheduler::listed;
        scheduler.follow();
    }

    /** One listing, as the task that polls the subscription makes it; none where this replica has no such task. */
    private void list(Listing listing) {
        world.listing = listing;
        scheduler.poller("s1").ifPresent(SubscriptionPoller::poll);
    }

    private SubscriptionPoller poller() {
        return scheduler.poller("s1").orElseThrow();
    }

    private static Listing complete(ClusterRecord... clusters) {
        return complete(Instant.EPOCH, clusters);
    }

    @SuppressWarnings("NullAway") // the class file does not say that a compact constructor takes null
    private static Listing complete(Instant began, ClusterRecord... clusters) {
        return new Listing("s1", began, List.of(clusters), 1, null);
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static ClusterRecord cluster(String name, String state) {
        return cluster("s1", name, state);
    }

    private static ClusterRecord cluster(String subscription, String name, String state) {
        return ClusterRecords.running(
                        "/subscriptions/" + subscription
                                + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/" + name,
                        name,
                        subscription,
                        "rg")
                .tags(Map.of("env", "prod", "tier", "gold"))
                .provisioningState(state)
                .skuName(null)
                .build();
    }

    private static final class FakeWorld implements Azure {

        @Override
        public String apiVersion() {
            return "2025-09-02-preview";
        }

        final List<String> log = new ArrayList<>();
        final List<String> asked = new ArrayList<>();
        final List<ClusterRecord> published = new ArrayList<>();
        final Map<String, JsonNode> calls = new HashMap<>();
        final List<Runnable> tasks = new ArrayList<>();
        final Map<String, Map<String, Published>> topic = new HashMap<>();
        Subscriptions subscriptions = new Subscriptions.Known(Set.of("s1"));
        Instant now = Instant.parse("2026-11-23T12:00:00Z");
        Set<String> owned = Set.of("s1");
        boolean configured;
        ArmResult feature = new ArmResult.Ok(
                200,
                Json.MAPPER
                        .createObjectNode()
                        .set("properties", Json.MAPPER.createObjectNode().put("state", "Registered")),
                null,
                null);
        ArmResult locks = locks();

        final List<SubscriptionRecord> told = new ArrayList<>();

        boolean failing;
        int listed;
        Listing listing = complete();
        Consumer<Listing> observer = listing -> {};

        @Override
        public boolean owns(String subscription) {
            return owned.contains(subscription);
        }

        @Override
        public Subscriptions subscriptions() {
            return subscriptions;
        }

        @Override
        public ArmResult call(ArmRequest request) {
            if (request instanceof ArmRequest.ListMaintenance list) {
                asked.add("maintenance " + list.region());
                JsonNode answer = calls.get("maintenance");
                return answer == null ? REFUSED : new ArmResult.Ok(200, answer, null, null);
            }
            if (request instanceof ArmRequest.ListLocks list) {
                asked.add("locks " + list.subscription());
                return locks;
            }
            return feature;
        }

        @Override
        public boolean fleetIsConfigured() {
            return configured;
        }

        @Override
        public void list(String subscription) {
            listed++;
            observer.accept(listing);
        }

        @Override
        public Set<Integer> partitions() {
            return owned.isEmpty() ? Set.of() : Set.of(0);
        }

        Map<String, Map<String, Published>> read(Predicate<String> wanted) {
            Map<String, Map<String, Published>> read = new HashMap<>();
            topic.keySet().stream().filter(wanted).forEach(id -> read.put(id, topic.getOrDefault(id, Map.of())));
            return read;
        }

        CompletableFuture<Void> publish(SubscriptionInventory.Change change) {
            if (change instanceof SubscriptionInventory.ClusterChanged(ClusterRecord record)) {
                published.add(record);
            }
            if (change instanceof SubscriptionInventory.SubscriptionChanged(SubscriptionRecord record)) {
                told.add(record);
            }
            log.add(
                    switch (change) {
                        case SubscriptionInventory.ClusterChanged changed -> "changed " + changed.key();
                        case SubscriptionInventory.Gone gone -> "gone " + gone.key();
                        case SubscriptionInventory.SubscriptionChanged(SubscriptionRecord record) ->
                            "subscription " + record.subscription() + " " + record.clusterCount() + " "
                                    + record.kubeProxyFeature();
                    });
            return failing
                    ? CompletableFuture.failedFuture(new TimeoutException("no broker"))
                    : CompletableFuture.completedFuture(null);
        }
    }
}

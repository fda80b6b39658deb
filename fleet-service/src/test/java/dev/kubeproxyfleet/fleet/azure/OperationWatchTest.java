package dev.kubeproxyfleet.fleet.azure;

import static dev.kubeproxyfleet.fleet.azure.FakeArm.CLUSTER;
import static dev.kubeproxyfleet.fleet.azure.FakeArm.OPERATION_URL;
import static dev.kubeproxyfleet.fleet.azure.FakeArm.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OperationWatchTest {

    private static final ArmResult UPDATING = page("Updating");
    private static final ArmResult SUCCEEDED = page("Succeeded");
    private static final ArmResult.ArmError REFUSED = FakeArm.error(403, "AuthorizationFailed");

    private final VirtualTime time = new VirtualTime();
    private final List<CallKind> calls = new ArrayList<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    @Test
    void waitsWithListingsAloneWhileTheyShowTheWork() {
        await(OPERATION_URL, List.of(UPDATING, UPDATING, SUCCEEDED));

        assertThat(calls).containsOnly(CallKind.LIST_CLUSTERS).hasSize(3);
        assertThat(time.passed()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(40));
    }

    @Test
    void asksForTheOperationWhenNoListingEverShowsTheWork() {
        await(OPERATION_URL, List.of(SUCCEEDED, status("InProgress"), SUCCEEDED, status("Succeeded")));

        assertThat(calls)
                .containsExactly(
                        CallKind.LIST_CLUSTERS,
                        CallKind.OPERATION_STATUS,
                        CallKind.LIST_CLUSTERS,
                        CallKind.OPERATION_STATUS);
    }

    @Test
    void asksForTheOperationWhenListingsKeepFailing() {
        await(OPERATION_URL, List.of(UPDATING, REFUSED, REFUSED, status("InProgress"), REFUSED, status("Failed")));

        assertThat(calls).hasSize(6);
    }

    @Test
    void oneListingThatFailsIsNoReasonToAskForEachOperation() {
        await(OPERATION_URL, List.of(REFUSED, UPDATING, REFUSED, SUCCEEDED));

        assertThat(calls).containsOnly(CallKind.LIST_CLUSTERS);
    }

    @Test
    void operationsThatNoListingShowsTakeTurnsWithinTheirBudgetAndHoldNoListingUp() throws InterruptedException {
        VirtualScheduler scheduler = new VirtualScheduler();
        Set<String> asked = new HashSet<>();
        List<Duration> listed = new ArrayList<>();
        ArmGateway arm = request -> {
            if (request instanceof ArmRequest.ReadOperation read) {
                asked.add(read.url());
                return status("InProgress");
            }
            listed.add(scheduler.passed());
            return new ArmResult.Ok(200, json("{\"value\": []}"), null, null);
        };
        Budgets budgets = new Budgets(scheduler, 1);
        OperationWatch watch = new OperationWatch(
                new ClusterListings(new BudgetedArm(arm, budgets, scheduler), scheduler, listing -> {}),
                new BudgetedArm(arm, budgets, scheduler),
                budgets,
                scheduler,
                scheduler,
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), new Random(3)),
                Duration.ofSeconds(10),
                scheduler);
        int operations = Budgets.capacity(Budget.OPERATION_STATUS) + 10;
        for (int i = 0; i < operations; i++) {
            String number = Integer.toString(i);
            scheduler.execute(() ->
                    watch.await(CLUSTER + number, OPERATION_URL + number, over, VirtualTime.START.plusSeconds(60)));
        }
        scheduler.run();

        assertThat(asked).hasSize(operations);
        assertThat(listed).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void anArmThatDoesNotAnswerIsAskedForOneOperationBetweenTwoListings() throws InterruptedException {
        VirtualScheduler scheduler = new VirtualScheduler();
        List<String> asked = new ArrayList<>();
        ArmGateway arm = request -> {
            if (request instanceof ArmRequest.ReadOperation read) {
                asked.add(read.url());
                scheduler.sleep(Duration.ofMinutes(1));
                return FakeArm.error(0, WorkerReason.NetworkError.code());
            }
            asked.add("listing");
            return new ArmResult.Ok(200, json("{\"value\": []}"), null, null);
        };
        Budgets budgets = new Budgets(scheduler, 1);
        OperationWatch watch = new OperationWatch(
                new ClusterListings(new BudgetedArm(arm, budgets, scheduler), scheduler, listing -> {}),
                new BudgetedArm(arm, budgets, scheduler),
                budgets,
                scheduler,
                scheduler,
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), new Random(3)),
                Duration.ofSeconds(10),
                scheduler);
        for (String operation : List.of("a", "b", "c")) {
            scheduler.execute(() -> watch.await(
                    CLUSTER + operation, OPERATION_URL + operation, over, VirtualTime.START.plusSeconds(200)));
        }
        scheduler.run();

        assertThat(asked)
                .startsWith(
                        "listing", OPERATION_URL + "a", "listing", OPERATION_URL + "b", "listing", OPERATION_URL + "c");
    }

    @Test
    void anOperationThatArmNoLongerKnowsIsOver() {
        await(OPERATION_URL, List.of(SUCCEEDED, FakeArm.error(404, "NotFound")));

        assertThat(calls).hasSize(2);
    }

    @Test
    void withoutAnOperationTheFirstListingThatShowsRestIsEnough() {
        await(null, List.of(UPDATING, SUCCEEDED));

        assertThat(calls).containsExactly(CallKind.LIST_CLUSTERS, CallKind.LIST_CLUSTERS);
    }

    @Test
    void aClusterThatIsNoLongerListedIsLeftToTheReader() {
        await(OPERATION_URL, List.of(UPDATING, new ArmResult.Ok(200, json("{\"value\": []}"), null, null)));

        assertThat(calls).hasSize(2);
    }

    @Test
    void oneListingServesAllOperationsOfASubscription() {
        List<Runnable> pollers = new ArrayList<>();
        OperationWatch watch = watch(List.of(UPDATING, SUCCEEDED), pollers);
        over.complete(null); // so that nobody blocks this thread

        watch.await(CLUSTER, OPERATION_URL, over, VirtualTime.START.plusSeconds(60));
        watch.await(CLUSTER, OPERATION_URL, over, VirtualTime.START.plusSeconds(60));

        assertThat(pollers).hasSize(1);
    }

    @Test
    void stopsListingWhenNobodyWaits() {
        List<Runnable> pollers = new ArrayList<>();
        OperationWatch watch = watch(List.of(), pollers);
        over.complete(null);
        watch.await(CLUSTER, OPERATION_URL, over, VirtualTime.START.plusSeconds(60));

        pollers.getFirst().run();

        assertThat(calls).isEmpty();
    }

    /** Runs the poller on this thread, at the moment at which the waiter would block. */
    private void await(@Nullable String url, List<ArmResult> answers) {
        List<Runnable> pollers = new ArrayList<>();
        OperationWatch[] watch = new OperationWatch[1];
        Iterator<ArmResult> next = answers.iterator();
        ArmGateway arm = request -> {
            calls.add(request.kind());
            return next.next();
        };
        Budgets budgets = new Budgets(time, 1);
        Pause pause = (wake, atMost) -> {
            if (!pollers.isEmpty()) {
                // The waiter's pause: it ends when the poller has completed it.
                pollers.removeFirst().run();
                assertThat(wake.toCompletableFuture()).isCompleted();
                return;
            }
            time.await(wake, atMost);
            if (!next.hasNext()) {
                throw new Finished();
            }
        };
        watch[0] = new OperationWatch(
                new ClusterListings(new BudgetedArm(arm, budgets, pause), time, listing -> {}),
                new BudgetedArm(arm, budgets, pause),
                budgets,
                pause,
                time,
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), new Random(3)),
                Duration.ofSeconds(10),
                poller -> pollers.add(() -> {
                    try {
                        poller.run();
                    } catch (Finished e) {
                        // All answers were needed, and nothing was asked beyond them.
                    }
                }));

        watch[0].await(CLUSTER, url, over, VirtualTime.START.plus(Duration.ofMinutes(30)));

        assertThat(next.hasNext()).isFalse();
    }

    private OperationWatch watch(List<ArmResult> answers, List<Runnable> pollers) {
        Iterator<ArmResult> next = answers.iterator();
        ArmGateway arm = request -> {
            calls.add(request.kind());
            return next.next();
        };
        Budgets budgets = new Budgets(time, 1);
        return new OperationWatch(
                new ClusterListings(new BudgetedArm(arm, budgets, time), time, listing -> {}),
                new BudgetedArm(arm, budgets, time),
                budgets,
                time,
                time,
                new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(1), new Random(3)),
                Duration.ofSeconds(10),
                pollers::add);
    }

    private static ArmResult page(String state) {
        return new ArmResult.Ok(
                200,
                json("{\"value\": [{\"id\": \"" + CLUSTER + "\", \"properties\": {\"provisioningState\": \"" + state
                        + "\"}}]}"),
                null,
                null);
    }

    private static ArmResult status(String status) {
        return new ArmResult.Ok(200, json("{\"status\": \"" + status + "\"}"), null, null);
    }

    private static final class Finished extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}

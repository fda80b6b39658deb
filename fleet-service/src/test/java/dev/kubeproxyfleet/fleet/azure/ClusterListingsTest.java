package dev.kubeproxyfleet.fleet.azure;

import static dev.kubeproxyfleet.fleet.azure.FakeArm.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ClusterListingsTest {

    private final VirtualTime time = new VirtualTime();
    private final List<ArmRequest> requests = new ArrayList<>();
    private final List<Listing> observed = new ArrayList<>();

    @Test
    void followsThePagesToTheEndAndTellsItsObservers() {
        ClusterListings listings = listings(
                page("{\"value\": [{\"id\": \"" + FakeArm.CLUSTER + "\"}], \"nextLink\": \"https://next\"}"),
                page("{\"value\": [{\"id\": \"" + FakeArm.CLUSTER + "2\"}]}"));

        Listing listing = listings.list("sub");

        assertThat(listing.complete()).isTrue();
        assertThat(listing.clusters()).hasSize(2);
        assertThat(requests)
                .containsExactly(
                        new ArmRequest.ListClusters("sub", null), new ArmRequest.ListClusters("sub", "https://next"));
        assertThat(observed).containsExactly(listing);
    }

    @Test
    void aListingThatFailsHalfwayIsNotComplete() {
        Listing listing = listings(
                        page("{\"value\": [{\"id\": \"" + FakeArm.CLUSTER + "\"}], \"nextLink\": \"https://next\"}"),
                        FakeArm.error(500, "InternalServerError"),
                        FakeArm.error(0, "NetworkError"),
                        FakeArm.error(503, "ServiceUnavailable"))
                .list("sub");

        assertThat(listing.complete()).isFalse();
        assertThat(listing.clusters()).hasSize(1);
    }

    @Test
    void aListingWithSomethingUnreadableInItIsNotComplete() {
        Listing listing = listings(page("{\"value\": [{\"id\": \"" + FakeArm.CLUSTER + "\"}, {}]}"))
                .list("sub");

        assertThat(listing.complete()).isFalse();
        assertThat(listing.clusters()).hasSize(1);
        assertThat(listings(page("{}")).list("sub").complete()).isFalse();
    }

    @Test
    void thoseWhoAskMeanwhileShareTheNextListing() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        ClusterListings listings = listings(request -> {
            requests.add(request);
            asked.countDown();
            awaitUnchecked(answer);
            return page("{\"value\": []}");
        });
        List<Thread> threads = new ArrayList<>();
        threads.add(Thread.ofVirtual().start(() -> listings.list("sub")));
        asked.await();
        for (int i = 0; i < 2; i++) {
            threads.add(Thread.ofVirtual().start(() -> listings.list("sub")));
        }
        await("both wait for the first")
                .until(() -> threads.stream().skip(1).allMatch(thread -> thread.getState() == Thread.State.WAITING));
        answer.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(requests).hasSize(2);
        assertThat(observed).hasSize(2);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPageThatLeadsToItselfEndsTheListing() {
        ArmResult endless = page("{\"value\": [], \"nextLink\": \"https://next\"}");

        assertThat(listings(endless, endless).list("sub").complete()).isFalse();
        assertThat(requests).hasSize(2);
    }

    @Test
    void pagesWithoutEndAreCutOff() {
        ClusterListings listings = listings(request -> {
            requests.add(request);
            return page("{\"value\": [], \"nextLink\": \"https://next/" + requests.size() + "\"}");
        });

        assertThat(listings.list("sub").complete()).isFalse();
        assertThat(requests).hasSize(ClusterListings.MAX_PAGES);
    }

    private ClusterListings listings(ArmGateway arm) {
        return new ClusterListings(new BudgetedArm(arm, new Budgets(time, 1), time), time, observed::add);
    }

    private ClusterListings listings(ArmResult... answers) {
        List<ArmResult> left = new ArrayList<>(List.of(answers));
        return listings(request -> {
            requests.add(request);
            return left.removeFirst();
        });
    }

    private static ArmResult page(String body) {
        return new ArmResult.Ok(200, json(body), null, null);
    }
}

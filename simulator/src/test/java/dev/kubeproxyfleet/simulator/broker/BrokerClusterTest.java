package dev.kubeproxyfleet.simulator.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.simulator.network.Weather;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, of which one at a time is lost while somebody writes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokerClusterTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int SOME = 200;

    private Path folder;
    private BrokerCluster cluster;
    private CountingProducer producer;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        cluster = BrokerCluster.start(folder, 3);
    }

    @AfterAll
    void end() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void produce(TestInfo test) throws Exception {
        String topic = test.getTestMethod().orElseThrow().getName();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 3))).all().get();
        }
        producer = new CountingProducer(cluster.bootstrapServers(), topic);
        awaitMore();
    }

    @AfterEach
    void mendAndCompare() throws Exception {
        cluster.links().heal();
        for (BrokerProcess broker : cluster.brokers()) {
            broker.resume();
            broker.start();
        }
        cluster.awaitBrokers(PATIENCE);
        cluster.awaitInSync(PATIENCE);
        producer.close();
        assertThat(producer.refused()).isEmpty();
        assertThat(producer.read())
                .as("nothing lost, nothing twice, in order")
                .containsExactlyElementsOf(producer.kept());
    }

    @Test
    void eachBrokerMayBeKilled() throws Exception {
        for (BrokerProcess broker : cluster.brokers()) {
            broker.kill();
            assertThat(broker.isAlive()).isFalse();
            awaitMore();
            broker.start();
            cluster.awaitInSync(PATIENCE);
        }
    }

    @Test
    void theActiveControllerMayBeKilled() throws Exception {
        BrokerProcess active = cluster.activeController();
        active.kill();
        awaitMore();
        await().atMost(PATIENCE).until(() -> cluster.activeController() != active);
    }

    @Test
    void aRollingRestartKeepsWritersGoing() throws Exception {
        for (BrokerProcess broker : cluster.brokers()) {
            long before = broker.pid();
            broker.stop();
            awaitMore();
            broker.start();
            assertThat(broker.pid()).isNotEqualTo(before);
            cluster.awaitInSync(PATIENCE);
        }
    }

    @Test
    void aBrokerThatStandsStillIsLeftOutAndTakenBack() throws Exception {
        BrokerProcess active = cluster.activeController();
        active.pause();
        awaitMore();
        await().atMost(PATIENCE).until(() -> cluster.activeController() != active);
        active.resume();
        cluster.awaitInSync(PATIENCE);
    }

    /** Who is still served by that broker alone learns of no other one, and waits until it is back. */
    @Test
    void whatABrokerOnItsOwnWasLeaderOfIsLedByAnotherAndNothingIsLost() throws Exception {
        BrokerProcess alone = cluster.activeController();
        for (BrokerProcess other : cluster.brokers()) {
            cluster.links().setBetween(alone.name(), other.name(), new Weather.Silent());
        }
        await("another controller").atMost(PATIENCE).until(() -> cluster.activeController() != alone);
        cluster.links().heal();
        cluster.awaitInSync(PATIENCE);
        awaitMore();
    }

    @Test
    void theFolderOfThreeBrokersIsNotTakenForAnotherNumber() {
        assertThatThrownBy(() -> BrokerCluster.start(folder, 1))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("holds 3 brokers, not 1");
    }

    private void awaitMore() {
        int before = producer.count();
        await("records that are kept")
                .atMost(PATIENCE)
                .until(() ->
                        producer.count() >= before + SOME || !producer.refused().isEmpty());
    }
}

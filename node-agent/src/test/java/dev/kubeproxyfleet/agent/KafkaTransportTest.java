package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.agent.SnapshotTransport.Delivery;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaTransportTest {

    private static final String TOPIC = "node-stats";

    private final Queue<MockProducer<byte[], byte[]>> made = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeException> refusals = new ArrayDeque<>();
    private final List<Header> headers = new ArrayList<>();
    private final KafkaTransport transport =
            new KafkaTransport(this::make, TOPIC, "cluster", "node-1", () -> List.copyOf(headers));

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void sendsWithTheKeyOfTheNode() {
        CompletableFuture<Delivery> answer = send();
        acknowledge();

        assertThat(answer.join()).isEqualTo(Delivery.ACKNOWLEDGED);
        assertThat(last().history().getFirst().key()).asString().isEqualTo("cluster/nodes/node-1");
    }

    @Test
    void sendsWhatProvesWhoseNodeItIs(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "secret-token\n");
        headers.addAll(new TokenFile(file).headers());
        CompletableFuture<Delivery> answer = send();
        acknowledge();
        answer.join();

        ProducerRecord<byte[], byte[]> record = last().history().getFirst();
        assertThat(record.headers().lastHeader(AgentToken.HEADER).value())
                .asString()
                .isEqualTo("secret-token");
        assertThat(record.toString())
                .contains(AgentToken.HEADER)
                .doesNotContain("secret-token")
                .doesNotContain(Arrays.toString("secret-token".getBytes(StandardCharsets.US_ASCII)));
    }

    /** Of some failures a producer never recovers, and does not tell which. */
    @Test
    void takesANewProducerAfterAFailure() {
        CompletableFuture<Delivery> first = send();
        ClusterAuthorizationException refused = new ClusterAuthorizationException("not allowed");
        await().until(() -> !made.isEmpty() && last().errorNext(refused));
        assertThatThrownBy(first::join).hasCause(refused);
        CompletableFuture<Delivery> second = send();
        acknowledge();

        assertThat(second.join()).isEqualTo(Delivery.ACKNOWLEDGED);
        assertThat(made).hasSize(2);
        assertThat(made.remove().closed()).isTrue();
    }

    @Test
    void keepsItsProducerWhileAllGoesWell() {
        for (int i = 0; i < 3; i++) {
            CompletableFuture<Delivery> answer = send();
            acknowledge();
            answer.join();
        }

        assertThat(made).hasSize(1);
    }

    @Test
    void tellsASnapshotThatIsTooLargeFromOneThatWasNotHeard() {
        CompletableFuture<Delivery> answer = send();
        await().until(() -> !made.isEmpty() && last().errorNext(new RecordTooLargeException("1 MB")));

        assertThat(answer.join()).isEqualTo(Delivery.REFUSED);
    }

    @Test
    void triesAgainToMakeAProducerThatCouldNotBeMade() {
        refusals.add(new IllegalStateException("no such host"));
        CompletableFuture<Delivery> first = send();
        assertThatThrownBy(first::join).hasRootCauseMessage("no such host");
        CompletableFuture<Delivery> second = send();
        acknowledge();

        assertThat(second.join()).isEqualTo(Delivery.ACKNOWLEDGED);
    }

    private CompletableFuture<Delivery> send() {
        return transport.send(new byte[] {1}).toCompletableFuture();
    }

    private void acknowledge() {
        await().until(() -> !made.isEmpty() && last().completeNext());
    }

    private MockProducer<byte[], byte[]> last() {
        return made.stream().reduce((_, later) -> later).orElseThrow();
    }

    private MockProducer<byte[], byte[]> make() {
        RuntimeException refusal = refusals.poll();
        if (refusal != null) {
            throw refusal;
        }
        Cluster cluster = new Cluster(
                "id",
                List.of(new Node(1, "localhost", 1)),
                List.of(new PartitionInfo(TOPIC, 0, null, new Node[0], new Node[0])),
                Set.of(),
                Set.of());
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(cluster, false, null, new ByteArraySerializer(), new ByteArraySerializer());
        made.add(producer);
        return producer;
    }
}

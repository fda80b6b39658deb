package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.access.Statement;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.intake.Intake;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.kafka.KafkaClientsOf;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What whoever asks for something by the API may rely on. */
class KafkaEventPublisherTest {

    private static final KafkaClients CLIENTS = KafkaClientsOf.settings(Map.of());
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLERS = 8;

    /** Each send waits for room or for metadata, up to {@code max.block.ms}: here until all callers are in one. */
    @Test
    void callersWaitBesideEachOtherAndNotOneAfterTheOther() {
        CyclicBarrier all = new CyclicBarrier(CALLERS);
        KafkaEventPublisher publisher =
                new KafkaEventPublisher(CLIENTS, Vouchers.NONE, Tracing.OFF, new Answering(null) {
                    @Override
                    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
                        try {
                            all.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                        return super.send(record);
                    }
                });

        List<CompletableFuture<Void>> callers = IntStream.range(0, CALLERS)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> desire(publisher, "config-" + i),
                        task -> Thread.ofVirtual().start(task)))
                .toList();

        assertThat(callers).allSatisfy(caller -> assertThat(caller).succeedsWithin(PATIENCE));
    }

    @Test
    void anEventCarriesItsKeyAndWhoAskedForItAndWhy() {
        Answering kafka = new Answering(null);

        desire(new KafkaEventPublisher(CLIENTS, Vouchers.NONE, Tracing.OFF, kafka), "prod");

        assertThat(kafka.history()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("kubeproxy.desired");
            assertThat(record.key()).asString(StandardCharsets.UTF_8).isEqualTo("prod");
            assertThat(record.partition()).isNull();
            assertThat(header(record, "ce_id")).isEqualTo("event-1");
            assertThat(header(record, "ce_kpfleetactor")).isEqualTo("ada");
            assertThat(header(record, "ce_kpfleetreason")).isEqualTo("more room");
        });
    }

    @Test
    void withALoginTheServiceVouchesForEachConfigDeletionAndCommand() throws IOException {
        Vouchers vouchers = Vouchers.by("0123456789abcdef0123456789abcdef");
        Answering kafka = new Answering(null);
        KafkaEventPublisher publisher = new KafkaEventPublisher(CLIENTS, vouchers, Tracing.OFF, kafka);
        JsonNode config = Json.MAPPER.readTree("""
                {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetConfig","metadata":{"name":"prod"},
                 "spec":{"kubeProxy":{"mode":"IPTABLES"},"selector":{"names":["a"]}}}""");

        publisher.desire("prod", config, asked());
        publisher.desire("prod", null, asked());
        Command command = new Command("c-1", "prod", null, Command.Action.Pause, "ada", null, Fleet.NOON);
        publisher.command(command);

        assertThat(kafka.history().subList(0, 2))
                .allSatisfy(record -> assertThat(Intake.read(
                                record.key(), record.value(), record.headers(), "position", Strategy.DEFAULT, vouchers))
                        .isInstanceOfSatisfying(
                                Intake.Received.Accepted.class,
                                taken -> assertThat(taken.warrant()).isEqualTo(new Warrant.Vouched(Fleet.NOON))));
        ProducerRecord<byte[], byte[]> told = kafka.history().getLast();
        assertThat(vouchers.check(
                        Statement.of(command, told.key(), told.value()),
                        EventHeaders.voucher(told.headers()).orElseThrow()))
                .isEqualTo(new Warrant.Vouched(Fleet.NOON));
    }

    /** It is part of what the service vouches for, and comes back as it was given. */
    @Test
    void whereInGitItStandsIsTheSourceOfTheEvent() throws IOException {
        Vouchers vouchers = Vouchers.by("0123456789abcdef0123456789abcdef");
        Answering kafka = new Answering(null);
        Origin origin = new Origin("git.example/fleet", "main", "a b/ü.yaml", "a".repeat(40), "b".repeat(40));

        new KafkaEventPublisher(CLIENTS, vouchers, Tracing.OFF, kafka)
                .desire("prod", null, new EventPublisher.Asked(origin, "event-1", "ada", null, Fleet.NOON));

        ProducerRecord<byte[], byte[]> record = kafka.history().getFirst();
        assertThat(Intake.read(record.key(), record.value(), record.headers(), "position", Strategy.DEFAULT, vouchers))
                .isEqualTo(new Intake.Received.Accepted(
                        new FleetEvent.ConfigDeleted("prod", origin.source(), "event-1", "ada", null),
                        new Warrant.Vouched(Fleet.NOON)));
        assertThat(Origin.of(origin.source())).contains(origin);
    }

    @Test
    void whatKafkaDidNotTakeIsAnErrorThatSaysWhatToCheck() {
        KafkaEventPublisher publisher = new KafkaEventPublisher(
                CLIENTS, Vouchers.NONE, Tracing.OFF, new Answering(new TimeoutException("no node is left")));

        assertThatThrownBy(() -> publisher.desire("prod", Json.MAPPER.createObjectNode(), asked()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("kubeproxy.desired")
                .hasMessageContaining("no node is left")
                .hasMessageContaining("check that the brokers run");
    }

    private static void desire(KafkaEventPublisher publisher, String config) {
        try {
            publisher.desire(config, Json.MAPPER.createObjectNode(), asked());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static EventPublisher.Asked asked() {
        return new EventPublisher.Asked(null, "event-1", "ada", "more room", Fleet.NOON);
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** Answers at once: with a failure, if there is one. */
    private static class Answering extends MockProducer<byte[], byte[]> {

        Answering(@Nullable RuntimeException failure) {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
            sendException = failure;
        }
    }
}

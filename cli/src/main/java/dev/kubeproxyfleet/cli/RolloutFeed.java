package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection to the event stream of one rollout, read by a thread of its own. It ends with {@link Lost}, and stays so. */
final class RolloutFeed implements AutoCloseable {

    /** Items that wait to be taken; the reader then waits too, and the service's buffer after it. */
    private static final int QUEUE = 1000;

    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>(QUEUE);
    private final Thread reader;

    RolloutFeed(FleetClient client, String rollout) {
        this.reader = Thread.ofVirtual().name("events").start(() -> read(client, rollout));
    }

    /** What the stream says. */
    sealed interface Item {}

    /** The stream is open: what happens from now on will be told, what happened before must be read. */
    record Connected() implements Item {}

    record RolloutChanged(RolloutStatus status) implements Item {}

    record ClusterChanged(RolloutClusterStatus status) implements Item {}

    /** Nothing will follow. */
    record Lost() implements Item {}

    /** Waits at most {@code patience} for the next item. */
    Optional<Item> next(Duration patience) throws InterruptedException {
        return Optional.ofNullable(items.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        reader.interrupt();
    }

    private void read(FleetClient client, String rollout) {
        try {
            try (InputStream stream = client.events(rollout)) {
                items.put(new Connected());
                ServerSentEvents events = new ServerSentEvents(stream);
                for (Optional<ServerSentEvents.Event> event = events.next(); event.isPresent(); event = events.next()) {
                    Optional<Item> item = item(event.get());
                    if (item.isPresent()) {
                        items.put(item.get());
                    }
                }
            } catch (IOException e) {
                // The watcher reads by itself then, and tries again: nothing is lost, only later.
            }
            items.put(new Lost());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Empty for what does not concern a rollout, and for what this version cannot read: the next full read shows it. */
    private static Optional<Item> item(ServerSentEvents.Event event) {
        try {
            return switch (event.name()) {
                case "rollout" ->
                    Optional.of(
                            new RolloutChanged(Contract.of(Json.MAPPER.readTree(event.data()), RolloutStatus.class)));
                case "rollout-cluster" ->
                    Optional.of(new ClusterChanged(
                            Contract.of(Json.MAPPER.readTree(event.data()), RolloutClusterStatus.class)));
                // The service had to drop events of this reader: what they said must be read.
                case "reload" -> Optional.of(new Connected());
                default -> Optional.empty();
            };
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}

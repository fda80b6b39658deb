package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.login.LoginException;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows one rollout until it ends: by events where the service streams them, else by reading again and again.
 *
 * <p>A service that goes away is waited for, since a rollout outlives any process of it.
 */
final class RolloutWatch {

    /** How often the drawing's times move on, and the longest that a change of the window goes unseen. */
    private static final Duration TICK = Duration.ofSeconds(1);
    /** Between two reads while there is no event stream. */
    private static final Duration READ_WITHOUT_EVENTS = Duration.ofSeconds(2);
    /** Between two reads beside an event stream, for what a stream may have missed. */
    private static final Duration READ_BESIDE_EVENTS = Duration.ofSeconds(5);
    /** From the loss of an event stream to the next try. */
    private static final Duration RECONNECT = Duration.ofSeconds(5);
    /** How long a service that answered before may be away. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** How long a rollout that was just accepted may be unknown to the replica that is asked. */
    private static final Duration APPEARS_WITHIN = Duration.ofSeconds(10);

    private final FleetClient client;
    private final Surroundings world;
    private final @Nullable Duration timeout;

    /** @param timeout after which to stop with {@link ExitCode#UNFINISHED}; null for never */
    RolloutWatch(FleetClient client, Surroundings world, @Nullable Duration timeout) {
        this.client = client;
        this.world = world;
        this.timeout = timeout;
    }

    /**
     * Shows the rollout as it goes, and returns the exit code that says how it ended.
     *
     * @param id a rollout's id, or a config's name for its latest
     * @param justAccepted whether it may be too new to be known
     */
    int follow(String id, boolean justAccepted) throws InterruptedException, JsonProcessingException {
        Instant start = world.clock().instant();
        Answer first = read(id);
        while (justAccepted
                && first instanceof Answer.Refused refused
                && refused.status() == Answer.Refused.NOT_FOUND
                && Duration.between(start, world.clock().instant()).compareTo(APPEARS_WITHIN) < 0) {
            world.pause().of(TICK);
            first = read(id);
        }
        if (!(first instanceof Answer.Ok ok)) {
            return Answers.complain(first, world);
        }
        return follow(RolloutModel.of(ok.as(RolloutDetail.class)), start);
    }

    private int follow(RolloutModel first, Instant start) throws InterruptedException, JsonProcessingException {
        try (Show show = world.screen().live() ? new LiveShow(world) : new LineShow(world)) {
            RolloutModel model = first;
            String id = model.rollout().id();
            show.show(model, null);
            RolloutFeed feed = new RolloutFeed(client, id);
            try {
                boolean connected = false;
                Instant lastContact = start;
                Instant nextRead = start.plus(READ_WITHOUT_EVENTS);
                Instant reconnect = Instant.MAX;
                @Nullable String notice = null;
                while (!model.ended()) {
                    Instant now = world.clock().instant();
                    if (timeout != null && now.isAfter(start.plus(timeout))) {
                        show.show(model, "not finished after " + Ages.of(timeout) + "; the rollout goes on");
                        return ExitCode.UNFINISHED;
                    }
                    Optional<RolloutFeed.Item> item = feed.next(TICK);
                    while (item.isPresent()) {
                        now = world.clock().instant();
                        switch (item.get()) {
                            case RolloutFeed.Connected _ -> {
                                connected = true;
                                nextRead = now;
                            }
                            case RolloutFeed.RolloutChanged changed -> model = model.with(changed.status());
                            case RolloutFeed.ClusterChanged changed -> model = model.with(changed.status());
                            case RolloutFeed.Lost _ -> {
                                connected = false;
                                nextRead = now;
                                reconnect = now.plus(RECONNECT);
                            }
                        }
                        item = feed.next(Duration.ZERO);
                    }
                    now = world.clock().instant();
                    if (!connected && !now.isBefore(reconnect)) {
                        feed.close();
                        feed = new RolloutFeed(client, id);
                        reconnect = Instant.MAX;
                    }
                    if (!now.isBefore(nextRead)) {
                        Answer answer = read(id);
                        if (answer instanceof Answer.Ok ok) {
                            model = RolloutModel.of(ok.as(RolloutDetail.class));
                            lastContact = now;
                            notice = null;
                        } else if (isFinal(answer)
                                || Duration.between(lastContact, now).compareTo(PATIENCE) > 0) {
                            return Answers.complain(answer, world);
                        } else {
                            notice = "the service does not answer since " + Ages.between(lastContact, now)
                                    + "; still trying";
                        }
                        nextRead = now.plus(connected ? READ_BESIDE_EVENTS : READ_WITHOUT_EVENTS);
                    }
                    show.show(model, notice);
                    if (world.outputLost()) {
                        return ExitCode.OUTPUT_LOST;
                    }
                }
                return RolloutModel.exitCode(model.rollout().state());
            } finally {
                feed.close();
            }
        }
    }

    /** Whether waiting helps nothing: the login has ended, or the role was taken away. */
    private static boolean isFinal(Answer answer) {
        return switch (answer) {
            case Answer.Refused refused ->
                refused.status() == Answer.Refused.LOGIN || refused.status() == Answer.Refused.FORBIDDEN;
            case Answer.NotAsked unasked -> unasked.cause().obstacle() != LoginException.Obstacle.Unreachable;
            case Answer.Ok _, Answer.Pending _, Answer.Unreachable _ -> false;
        };
    }

    private Answer read(String id) {
        return client.get(RolloutArgument.path(id));
    }

    private sealed interface Show extends AutoCloseable {

        /** @param notice about the watching itself; null for none */
        void show(RolloutModel model, @Nullable String notice);

        @Override
        void close();
    }

    private static final class LiveShow implements Show {

        private final Surroundings world;
        private final Drawing drawing;
        /** Ctrl-C ends the process at once; a hidden cursor would outlive it. */
        private final Thread restore;

        LiveShow(Surroundings world) {
            this.world = world;
            this.drawing = new Drawing(world.out());
            this.restore = new Thread(drawing::close);
            Runtime.getRuntime().addShutdownHook(restore);
        }

        @Override
        public void show(RolloutModel model, @Nullable String notice) {
            Look look = world.screen().look();
            List<Line> lines =
                    new ArrayList<>(RolloutTree.draw(model, look, world.clock().instant(), world.again()));
            if (notice != null) {
                lines.addFirst(Line.of(notice, Tone.BAD));
            }
            drawing.draw(lines, look);
        }

        @Override
        public void close() {
            drawing.close();
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }

    private static final class LineShow implements Show {

        private final Surroundings world;
        private @Nullable RolloutModel told;
        private boolean noticed;

        LineShow(Surroundings world) {
            this.world = world;
        }

        @Override
        public void show(RolloutModel model, @Nullable String notice) {
            world.print(RolloutChanges.between(told, model));
            told = model;
            if (notice != null && !noticed) {
                world.complain(notice);
            }
            noticed = notice != null;
        }

        @Override
        public void close() {}
    }
}

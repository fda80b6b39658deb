package dev.kubeproxyfleet.fleet.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tries until the topics are there and every application is started. It gives up where trying again cannot help: a topic with wrong
 * settings, or a state folder that could not be had within {@link #FOLDER_PATIENCE}.
 */
final class StartUp {

    private static final Logger LOG = Logger.getLogger(StartUp.class);

    static final Duration RETRY = Duration.ofSeconds(2);

    /** A process before this one may still be closing its stores. */
    static final Duration FOLDER_PATIENCE = Duration.ofSeconds(45);

    /** What it is made of. */
    interface Steps {

        /** @throws ExecutionException if Kafka did not answer */
        TopicState prepareTopics() throws ExecutionException, InterruptedException;

        /**
         * Starts the applications that have not been started yet.
         *
         * @throws StreamsException if the state folder cannot be used
         */
        void startApplications();

        /** Waits; returns whether the service is being stopped. */
        boolean isStoppingAfter(Duration pause) throws InterruptedException;

        /** Nanoseconds from any origin on, evenly. */
        long nanoTime();

        /** Ends the process with an exit code that is not zero. */
        void giveUp();
    }

    private final Steps steps;
    private final String brokers;
    private final Path stateDir;
    private volatile @Nullable String obstacle;

    /** @param brokers {@code kafka.bootstrap.servers}, for messages */
    StartUp(Steps steps, String brokers, Path stateDir) {
        this.steps = steps;
        this.brokers = brokers;
        this.stateDir = stateDir;
    }

    /** Why nothing has been started so far; empty if nothing is in the way. */
    Optional<String> obstacle() {
        return Optional.ofNullable(obstacle);
    }

    /** Returns when all is started, the service is being stopped, or it gave up. */
    void run() {
        long begun = steps.nanoTime();
        try {
            do {
                try {
                    switch (steps.prepareTopics()) {
                        case TopicState.Ready() -> {
                            obstacle = null;
                            steps.startApplications();
                            return;
                        }
                        case TopicState.Wrong(List<String> problems) -> {
                            problems.forEach(LOG::error);
                            steps.giveUp();
                            return;
                        }
                        case TopicState.Waiting(List<String> needs) -> waitFor(needs);
                    }
                } catch (ExecutionException e) {
                    noAnswer(e);
                } catch (StreamsException e) {
                    obstacle = "the folder " + stateDir + " cannot be used: " + e.getMessage();
                    if (steps.nanoTime() - begun > FOLDER_PATIENCE.toNanos()) {
                        LOG.errorf(
                                "the service ends: it cannot use the folder %s for its state (%s). Another process may have"
                                        + " it; stop that one, or set kpfleet.kafka.state-dir to a folder that this one may"
                                        + " write",
                                stateDir, e.getMessage());
                        steps.giveUp();
                        return;
                    }
                    LOG.warnf(
                            "the folder %s cannot be used for the state (%s); trying again", stateDir, e.getMessage());
                }
            } while (!steps.isStoppingAfter(RETRY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void noAnswer(ExecutionException e) {
        if (e.getCause() instanceof AuthenticationException refused) {
            Throwable why = refused;
            while (why.getCause() != null) {
                why = why.getCause();
            }
            obstacle = "no connection to Kafka is made: " + why;
            LOG.warnf(
                    "no connection to Kafka at %s is made (%s); trying again. Its certificate, or the password of this service's"
                            + " user, has to be mended, there or in kpfleet.kafka.client",
                    brokers, why);
        } else {
            obstacle = "Kafka does not answer";
            LOG.warnf(
                    "Kafka at %s does not answer (%s); trying again. Set kafka.bootstrap.servers if it is elsewhere",
                    brokers, e.getCause());
        }
    }

    /** Told once; what has changed since is told anew. */
    private void waitFor(List<String> needs) {
        String now = needs.size() == 1
                ? needs.getFirst()
                : needs.getFirst() + " (the log tells " + (needs.size() - 1) + " more)";
        if (!now.equals(obstacle)) {
            needs.forEach(LOG::warn);
        }
        obstacle = now;
    }
}

package dev.kubeproxyfleet.fleet.selfcheck;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends the start of the service with a report where it is only to be checked. That is before anything has been started: the settings
 * have been read, and nothing observes the start earlier but what refuses unknown ones.
 */
@Singleton
public final class SelfCheck {

    /** The argument that asks for it. */
    public static final String ARGUMENT = "--check";

    /** After the settings were found to be known ones, and before anything begins. */
    private static final int BEFORE_EVERYTHING = 2;

    /** What a part has not found in it is unknown. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    void start(
            @Observes @Priority(BEFORE_EVERYTHING) StartupEvent event,
            @CommandLineArguments String[] arguments,
            @All List<Part> parts)
            throws InterruptedException {
        if (List.of(arguments).contains(ARGUMENT)) {
            throw new CheckEnded(look(parts, PATIENCE));
        }
    }

    /** Asks all parts at once. */
    static Report look(List<Part> parts, Duration patience) throws InterruptedException {
        List<Part> inOrder =
                parts.stream().sorted(Comparator.comparingInt(Part::order)).toList();
        List<Finding> findings = new ArrayList<>();
        // Not closed, which would wait for what has no answer: the process ends.
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        long end = System.nanoTime() + patience.toNanos();
        List<Asked> asked = inOrder.stream()
                .map(part -> {
                    Queue<Finding> found = new ConcurrentLinkedQueue<>();
                    return new Asked(part, found, threads.submit(() -> {
                        part.look(found::add);
                        return null;
                    }));
                })
                .toList();
        for (Asked each : asked) {
            Finding last = null;
            try {
                each.answer().get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                each.answer().cancel(true);
                last = Finding.unknown(each.part().name() + ": not all was answered within " + patience.toSeconds()
                        + " s; run the check again once what it waits for answers");
            } catch (ExecutionException e) {
                last = Finding.unknown(each.part().name() + ": this program failed to look at it (" + e.getCause()
                        + "); report that as a bug");
            }
            findings.addAll(each.found());
            if (last != null) {
                findings.add(last);
            }
        }
        return new Report(findings);
    }

    private record Asked(Part part, Queue<Finding> found, Future<?> answer) {}
}

package dev.kubeproxyfleet.simulator.arm;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What is still to go wrong; rules of one kind happen in the order they were given. Guarded by the lock of {@link ArmModel}. */
final class FaultPlan {

    static final int MAX_RULES = 10_000;

    private static final class Waiting {
        final FaultRule rule;
        long seen;
        int done;

        Waiting(FaultRule rule) {
            this.rule = rule;
        }

        boolean hits() {
            long past = seen++ - rule.skip();
            boolean hit = past >= 0 && past % rule.every() == 0;
            done += hit ? 1 : 0;
            return hit;
        }
    }

    private final List<Waiting> rules = new ArrayList<>();

    void add(FaultRule rule) {
        if (rules.size() == MAX_RULES) {
            throw new IllegalStateException("more than " + MAX_RULES + " faults are waiting to happen");
        }
        rules.add(new Waiting(rule));
    }

    /** Rules that have not spent all their times. */
    List<FaultRule> rules() {
        return rules.stream().map(waiting -> waiting.rule).toList();
    }

    void clear() {
        rules.clear();
    }

    /** The fault of a type that befalls this call, if any; it counts as done. */
    <F extends Fault> Optional<F> take(Call call, Class<F> type) {
        return take(call, type, fault -> true);
    }

    /** As {@link #take(Call, Class)}, among those that {@code wanted} holds for. */
    <F extends Fault> Optional<F> take(Call call, Class<F> type, Predicate<F> wanted) {
        String name = call.name("cluster");
        for (Iterator<Waiting> each = rules.iterator(); each.hasNext(); ) {
            Waiting waiting = each.next();
            Fault fault = waiting.rule.fault();
            if (type.isInstance(fault)
                    && wanted.test(type.cast(fault))
                    && fault.concerns(call.kind, name)
                    && waiting.hits()) {
                if (waiting.done == waiting.rule.times()) {
                    each.remove();
                }
                return Optional.of(type.cast(fault));
            }
        }
        return Optional.empty();
    }
}

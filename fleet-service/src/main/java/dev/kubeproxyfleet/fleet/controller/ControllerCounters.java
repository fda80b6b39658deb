package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the controller left out, by topic; thread-safe. */
public final class ControllerCounters implements MeterBinder {

    private final Map<Topic, LongAdder> unreadable =
            adders(Topic.CLUSTERS, Topic.CLUSTER_HEALTH, Topic.CLUSTER_KUBERNETES);
    private final Map<Topic, LongAdder> tooLarge =
            adders(Topic.OPERATIONS, Topic.CONFIGS, Topic.ROLLOUTS, Topic.ROLLOUT_CLUSTERS, Topic.AUDIT);

    /** Versions of records that could not be read and count for nothing. */
    public long unreadable(Topic topic) {
        return adder(unreadable, topic).sum();
    }

    /** Records that were not written because their topic would not have taken them. */
    public long tooLarge(Topic topic) {
        return adder(tooLarge, topic).sum();
    }

    void countUnreadable(Topic topic) {
        adder(unreadable, topic).increment();
    }

    void countTooLarge(Topic topic) {
        adder(tooLarge, topic).increment();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        unreadable.forEach(
                (topic, count) -> FunctionCounter.builder("kpfleet.controller.unreadable", count, LongAdder::sum)
                        .description("Records that the controller could not read and left out")
                        .tag("topic", topic.suffix())
                        .register(registry));
        tooLarge.forEach((topic, count) -> FunctionCounter.builder(
                        "kpfleet.controller.too.large", count, LongAdder::sum)
                .description("Records that the controller did not write because their topic would not take them")
                .tag("topic", topic.suffix())
                .register(registry));
    }

    private static Map<Topic, LongAdder> adders(Topic... topics) {
        Map<Topic, LongAdder> adders = new EnumMap<>(Topic.class);
        for (Topic topic : topics) {
            adders.put(topic, new LongAdder());
        }
        return adders;
    }

    private static LongAdder adder(Map<Topic, LongAdder> adders, Topic topic) {
        LongAdder adder = adders.get(topic);
        if (adder == null) {
            throw new IllegalArgumentException("nothing is counted of " + topic);
        }
        return adder;
    }
}

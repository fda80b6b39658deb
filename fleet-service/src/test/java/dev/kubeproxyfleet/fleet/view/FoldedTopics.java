package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.topic.Topic;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A read model that is fed the bytes of records, and must be able to read each. */
public final class FoldedTopics {

    private final RecordDecoder decoder =
            new RecordDecoder(Strategy.DEFAULT, Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN);
    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 1, 1);

    public void read(Topic topic, String key, byte @Nullable [] value) {
        switch (decoder.decode(topic, key, value, new RecordHeaders())) {
            case RecordDecoder.Decoded.Understood(Change change) -> view.apply(change);
            case RecordDecoder.Decoded.Unreadable(String reason) ->
                throw new AssertionError("the read model cannot read " + key + " of " + topic + ": " + reason);
            case RecordDecoder.Decoded.Ignored() -> {}
        }
    }

    public FleetView view() {
        return view;
    }
}

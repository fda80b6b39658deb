package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;

/** What the topic {@code clusters} holds under one key. */
sealed interface Published {

    record Cluster(ClusterRecord record) implements Published {}

    record Subscription(SubscriptionRecord record) implements Published {}

    /** Something that this version cannot read. It differs from whatever is published next under its key. */
    record Unreadable() implements Published {}
}

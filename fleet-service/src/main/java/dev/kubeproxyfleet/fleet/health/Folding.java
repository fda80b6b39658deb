package dev.kubeproxyfleet.fleet.health;

/** What a snapshot did to its node's state. */
sealed interface Folding {

    record Folded(NodeState state) implements Folding {}

    /** A duplicate, or overtaken by one that was taken later. */
    record NotNewer() implements Folding {}

    /** So old that the node counts as silent: a backlog, or a clock that is wrong, ours or the broker's. */
    record TooOld() implements Folding {}

    /** A text is longer than {@link SnapshotLimits} allow. */
    record TextTooLong() implements Folding {}
}

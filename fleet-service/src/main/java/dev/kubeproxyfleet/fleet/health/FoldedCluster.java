package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.identity.SignedToken;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.reason.TokenReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the process holds of one cluster, and whether there is something to tell of it. Not thread-safe. */
final class FoldedCluster {

    private final Map<String, NodeState> nodes = new HashMap<>();

    /** What has proven the latest snapshot of a node; verified anew by each process. */
    private final Map<String, SignedToken> tokens = new HashMap<>();

    private final LeftOut leftOut = new LeftOut();
    private ClockSkew skew = ClockSkew.NONE;

    /** Null as long as no node has counted anything. */
    private @Nullable SignalHistory signals;

    /** The period in which the signals were written to their store; what was added since is lost with this process. */
    private long writtenIn = -1;

    private byte @Nullable [] inventoried;
    private Inventoried inventory = Inventoried.NOT;

    /** Something that somebody decides by has changed. At first, so that a new owner of the partition tells what it took over. */
    private boolean news = true;

    /** Something has changed. */
    private boolean changed = true;

    private Instant toldAt = Instant.MIN;

    /** Of what was restored, which is told anyway. */
    void restore(NodeState state) {
        nodes.put(state.node(), state);
    }

    void restore(SignalHistory history) {
        signals = history;
    }

    int size() {
        return nodes.size();
    }

    @Nullable
    NodeState node(String name) {
        return nodes.get(name);
    }

    @Nullable
    SignalHistory signals() {
        return signals;
    }

    @Nullable
    SignedToken token(String node) {
        return tokens.get(node);
    }

    /** A snapshot in the name of this node was left out. */
    void leaveOut(String node, TokenReason reason, Instant now) {
        news |= leftOut.add(node, reason, now);
    }

    /**
     * @param previous of the same node, which was not silent in between
     * @param token that has proven it; null if none has
     */
    void put(@Nullable NodeState previous, NodeState state, @Nullable SignedToken token) {
        nodes.put(state.node(), state);
        if (token == null) {
            tokens.remove(state.node());
        } else {
            tokens.put(state.node(), token);
            news |= leftOut.proven(state.node());
        }
        changed = true;
        news |= previous == null || !previous.saysTheSame(state);
    }

    /**
     * @return events of the signals that are known, as {@link SignalHistory#add} tells them
     */
    Map<Signal, Long> add(Increments increments, Duration bucket) {
        if (signals == null) {
            signals = new SignalHistory(bucket);
        }
        Map<Signal, Long> events = signals.add(increments);
        for (Long count : events.values()) {
            news |= count > 0;
        }
        return events;
    }

    /** A snapshot was dropped since our clock is ahead of the broker's. */
    void dropped(ClockSkew with, Instant now) {
        news |= skew.ended(now);
        skew = with;
    }

    ClockSkew skew() {
        return skew;
    }

    void refreshSkew(Duration ahead, Instant now) {
        if (skew.dropped() != null && skew.ended(now)) {
            skew = ClockSkew.NONE;
            news = true;
        }
        skew = skew.withServiceAhead(ahead);
    }

    /** Forgets the nodes that are silent, and returns them. */
    List<NodeState> dropSilent(Instant now) {
        List<NodeState> silent =
                nodes.values().stream().filter(node -> node.silentAt(now)).toList();
        silent.forEach(node -> {
            nodes.remove(node.node());
            tokens.remove(node.node());
        });
        news |= !silent.isEmpty();
        return silent;
    }

    /** Reads a record of the inventory if it is another one; the store keeps the same array until it changes, so this compares references. */
    void refreshInventory(byte @Nullable [] record) {
        if (record != inventoried) {
            inventoried = record;
            Inventoried read = Inventoried.read(record);
            news |= !Objects.equals(read.nodeCount(), inventory.nodeCount());
            inventory = read;
        }
    }

    /** Of its tokens; null if it has none. */
    @Nullable
    String oidcIssuer() {
        return inventory.oidcIssuer();
    }

    void refreshLeftOut(Instant now) {
        news |= leftOut.dropEnded(now);
    }

    /**
     * Whether its health is to be told now: at once where somebody decides by what has changed, and otherwise, since figures always
     * move, once an interval of its nodes.
     */
    boolean isDue(Instant now) {
        return news || (changed && !toldAt.plus(pace()).isAfter(now));
    }

    private Duration pace() {
        Duration longest = HealthFold.MIN_INTERVAL;
        for (NodeState node : nodes.values()) {
            longest = node.interval().compareTo(longest) > 0 ? node.interval() : longest;
        }
        return longest;
    }

    Told tell(Instant now) {
        news = false;
        changed = false;
        toldAt = now;
        return new Told(nodes.values(), inventory.nodeCount(), skew, signals, leftOut.counts());
    }

    /** What a cluster's health is made of. */
    record Told(
            Collection<NodeState> nodes,
            @Nullable Integer nodesExpected,
            ClockSkew skew,
            @Nullable SignalHistory signals,
            Map<String, Integer> leftOut) {}

    /** What has no cluster in the inventory is forgotten with its nodes, so that invented ones take no memory. */
    boolean isNeeded(Instant now) {
        return !nodes.isEmpty()
                || !skew.ended(now)
                || !leftOut.isEmpty()
                || (signals != null && inventoried != null && !signals.isOver(now));
    }

    /** The signals, if a period has closed since this was asked last. */
    @Nullable
    SignalHistory toWrite(Instant now) {
        SignalHistory history = signals;
        if (history == null || history.periodAt(now) == writtenIn) {
            return null;
        }
        writtenIn = history.periodAt(now);
        return history;
    }
}

package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.readiness.Oldest;
import dev.kubeproxyfleet.schemas.avro.CountedPackets;
import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.OldestVersion;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the nodes of a cluster have and count, in figures of the whole cluster; null where none of them tells. */
final class NodesTogether {

    private NodesTogether() {}

    /** @param version of a node; null, or none that can be read, where it does not tell */
    static @Nullable OldestVersion oldest(List<NodeState> nodes, Function<NodeState, @Nullable String> version) {
        return Oldest.of(nodes.stream().map(version).filter(Objects::nonNull))
                .map(oldest -> new OldestVersion(oldest.text(), oldest.nodes(), oldest.telling()))
                .orElse(null);
    }

    static @Nullable CountedPackets packets(List<NodeState> nodes, Function<NodeDetails, @Nullable Long> counter) {
        List<Long> told = nodes.stream()
                .map(node -> counter.apply(node.details()))
                .filter(Objects::nonNull)
                .toList();
        return told.isEmpty()
                ? null
                : new CountedPackets(told.stream().mapToLong(Long::longValue).sum(), told.size());
    }
}

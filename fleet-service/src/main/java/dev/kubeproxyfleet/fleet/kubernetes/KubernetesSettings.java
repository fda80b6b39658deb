package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.config.Selector;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which clusters are looked into through their Kubernetes API, what is done there, and how much that may cost. */
@ConfigMapping(prefix = "kpfleet.kubernetes")
interface KubernetesSettings {

    /** Whether any cluster is looked at. While not, no credential of a cluster is asked for, and no cluster is connected to. */
    @WithDefault("false")
    boolean enabled();

    /** Whether the service may install agents in clusters that are looked at, and remove them; has no effect unless {@code enabled}. */
    @WithDefault("false")
    boolean installAgents();

    /** Azure tags that a cluster must have to be looked at, as {@code kpfleet.kubernetes.select.<tag>=<value>}; any when unset. */
    Map<String, String> select();

    /** Names of the clusters that are looked at; {@code *} and {@code ?} stand for anything. Any when unset. */
    Optional<List<String>> selectName();

    /** Azure locations of the clusters that are looked at; any when unset. */
    Optional<List<String>> location();

    /** Clusters that one replica watches at once. */
    @WithDefault("200")
    int watched();

    /** Each cluster that is not watched all the time is looked at once in it. */
    @WithDefault("PT15M")
    Duration lookInterval();

    /** Time between two requests that confirm what is known of a cluster that a rollout is about, or that has drifted. */
    @WithDefault("PT10S")
    Duration confirmInterval();

    /** The same of each other cluster that is watched. */
    @WithDefault("PT1M")
    Duration quietConfirmInterval();

    /** Time in which a cluster's API must have answered a request, and taken a connection. */
    @WithDefault("PT10S")
    Duration requestTimeout();

    /** Time in which all that is watched of a cluster must have been read. */
    @WithDefault("PT1M")
    Duration readTimeout();

    /** Of a cluster with more nodes nothing is watched. */
    @WithDefault("5000")
    int maxNodes();

    /** Bytes of one answer of a cluster's API, or of one event of a watch; the rest is not read. */
    @WithDefault("33554432")
    long maxAnswerBytes();

    /** Whether agents are installed, and looked at. */
    default boolean installsAgents() {
        return enabled() && installAgents();
    }

    /** All that {@code select}, {@code select-name} and {@code location} select; every cluster if none of them is set. */
    default Selector selector() {
        List<String> names = selectName().orElseGet(List::of);
        List<String> locations = location().orElseGet(List::of);
        return new Selector(
                List.of(),
                List.of(),
                locations,
                names.isEmpty() && locations.isEmpty() && select().isEmpty() ? List.of("*") : names,
                List.of(),
                new Selector.Tags(select(), List.of()),
                null);
    }
}

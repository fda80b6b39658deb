package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.simulator.world.IpFamily;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One process of kube-proxy, which reads its configuration once, when it starts. It says its mode from then on, and programs
 * the kernel some time later: on a real node that took up to 55 s. It always serves both IP families, as kube-proxy does where the
 * node can do both. Not thread-safe.
 */
final class KubeProxyProcess {

    /** kube-proxy's {@code syncPeriod}. */
    static final Duration SYNC_PERIOD = Duration.ofSeconds(30);

    private final KubeProxyConfig config;
    private final NodeSoftware software;
    private final Instant startedAt;
    private Instant now;
    private final Map<IpFamily, FamilySync> families = new EnumMap<>(IpFamily.class);

    /**
     * @param untilFirstSync from the start until the kernel has the first rules of this process
     * @param speed divides the time between two synchronisations
     */
    KubeProxyProcess(
            KubeProxyConfig config, NodeSoftware software, Instant startedAt, Duration untilFirstSync, double speed) {
        this.config = config;
        this.software = software;
        this.startedAt = startedAt;
        this.now = startedAt;
        Duration period = Duration.ofNanos((long) (SYNC_PERIOD.toNanos() / speed));
        for (IpFamily family : IpFamily.values()) {
            families.put(family, new FamilySync(startedAt, startedAt.plus(untilFirstSync), period));
        }
    }

    KubeProxyConfig config() {
        return config;
    }

    NodeSoftware software() {
        return software;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** How long it has run. */
    Duration age() {
        return Duration.between(startedAt, now);
    }

    FamilySync family(IpFamily family) {
        return Optional.ofNullable(families.get(family)).orElseThrow();
    }

    /** Lets time pass; {@code fates} says what became of each family's synchronisations meanwhile. */
    void advance(Instant then, BiFunction<IpFamily, FamilySync, FamilySync.Fate> fates) {
        now = then.isAfter(now) ? then : now;
        families.forEach((family, sync) -> sync.advance(then, fates.apply(family, sync)));
    }
}

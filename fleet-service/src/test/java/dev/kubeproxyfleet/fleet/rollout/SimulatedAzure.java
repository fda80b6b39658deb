package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.reason.EvidenceReason;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is true: clusters as ARM has them, what their nodes run, and who wrote what when. */
final class SimulatedAzure {

    static final List<String> SUBSCRIPTIONS =
            List.of("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222");

    private static final Duration STALE = Duration.ofMinutes(3);

    /** Long before the first event of a life. */
    private static final Instant WATCHED_SINCE = Instant.EPOCH;

    /** In a bucket, on a node of a cluster that a change has harmed. */
    private static final int REFUSALS_A_NODE = 8;

    /** How a kube-proxy is broken that runs what it should. */
    private enum Fault {
        CRASH_LOOP,
        ONE_FAMILY_STUCK,
        SERVICES_UNREACHABLE,
        SCHEDULER_DIFFERS
    }

    /** What something was from a moment on. */
    record Since(Instant from, EffectiveKubeProxy value) {}

    /** What an agent says. */
    private record Told(EffectiveKubeProxy value, Evidence.Proof proof) {}

    /** A node of a cluster, and what its agent last said. */
    static final class Node {
        private final List<Since> ran = new ArrayList<>();

        /** What the pods of its kube-proxy were started with. */
        private final List<Since> pods = new ArrayList<>();

        private @Nullable Told told;
        private Instant toldAt = Instant.EPOCH;

        /** What its kube-proxy was started with and has not programmed yet; null once it has. */
        private @Nullable EffectiveKubeProxy unsynced;

        boolean silent;
        boolean lying;
        boolean stuck;

        /** Its kube-proxy starts and never programs a rule. */
        boolean neverSyncs;

        private @Nullable Fault fault;
        private Instant brokenSince = Instant.EPOCH;

        /** Its kube-proxy's metrics cannot be reached. */
        boolean withoutMetrics;

        /** No pool counts it: autoprovisioning added it. */
        final boolean uncounted;

        Node(Instant now, EffectiveKubeProxy runs, boolean uncounted) {
            ran.add(new Since(now, runs));
            pods.add(new Since(now, runs));
            this.uncounted = uncounted;
        }

        EffectiveKubeProxy runs() {
            return ran.getLast().value();
        }

        /** Its kube-proxy starts anew. That sets the kernel's timeouts at once, and all else with the first synchronisation. */
        void restart(EffectiveKubeProxy next, Instant now) {
            unsynced = next;
            pods.add(new Since(now, next));
            EffectiveIpvs held = runs().ipvs();
            EffectiveIpvs asked = next.ipvs();
            if (held != null && asked != null) {
                run(
                        new EffectiveKubeProxy(
                                true,
                                next.mode(),
                                new EffectiveIpvs(
                                        held.scheduler(),
                                        asked.tcpTimeoutSeconds(),
                                        asked.tcpFinTimeoutSeconds(),
                                        asked.udpTimeoutSeconds())),
                        now);
            }
        }

        private void run(EffectiveKubeProxy next, Instant now) {
            if (!runs().equals(next)) {
                ran.add(new Since(now, next));
            }
        }

        private void breakDown(@Nullable Fault how, Instant now) {
            fault = how;
            brokenSince = now;
        }

        /** The earlier of its kube-proxy's last two restarts; empty if it does not restart again and again. */
        private Optional<Instant> restartedAt() {
            return restartedAt(toldAt);
        }

        /** The same as of now, whatever its agent says. */
        Optional<Instant> restartedAt(Instant now) {
            Instant earlier = now.minusSeconds(60);
            return fault == Fault.CRASH_LOOP && earlier.isAfter(brokenSince) ? Optional.of(earlier) : Optional.empty();
        }

        /** Whether its kube-proxy ends again and again. */
        boolean crashes() {
            return fault == Fault.CRASH_LOOP;
        }

        /** What its kube-proxy was started with. */
        EffectiveKubeProxy started() {
            return pods.getLast().value();
        }

        /** Whether a pod with what is asked for was there at any time since. */
        boolean hadPod(KubeProxyConfig wanted, Instant since) {
            return hasBeen(pods, started -> isAsAsked(started, wanted), since);
        }

        void sync(Instant now) {
            if (unsynced != null && !neverSyncs) {
                run(unsynced, now);
                unsynced = null;
            }
        }

        /** Whether its kube-proxy was started with what is asked for, and has yet to program it. */
        boolean isToRun(KubeProxyConfig wanted) {
            return unsynced != null && isAsAsked(unsynced, wanted);
        }

        /** Whether it ran what is asked for at any time since; a timeout that is not asked for may be any. */
        boolean hasRun(KubeProxyConfig wanted, Instant since) {
            return hasBeen(ran, runs -> isAsAsked(runs, wanted), since);
        }

        private static boolean isAsAsked(EffectiveKubeProxy runs, KubeProxyConfig wanted) {
            EffectiveIpvs ipvs = runs.ipvs();
            EffectiveIpvs effective = wanted.effective().ipvs();
            if (ipvs == null || effective == null) {
                return runs.equals(wanted.effective());
            }
            IpvsConfig asked = wanted.ipvsConfig() == null ? IpvsConfig.UNSET : wanted.ipvsConfig();
            return ipvs.scheduler() == effective.scheduler()
                    && isAsAsked(ipvs.tcpTimeoutSeconds(), asked.tcpTimeoutSeconds())
                    && isAsAsked(ipvs.tcpFinTimeoutSeconds(), asked.tcpFinTimeoutSeconds())
                    && isAsAsked(ipvs.udpTimeoutSeconds(), asked.udpTimeoutSeconds());
        }

        private static boolean isAsAsked(int runs, @Nullable Integer asked) {
            return asked == null || asked == runs;
        }
    }

    private static boolean hasBeen(
            List<Since> history, java.util.function.Predicate<EffectiveKubeProxy> wanted, Instant since) {
        for (int i = history.size() - 1; i >= 0; i--) {
            if (wanted.test(history.get(i).value())) {
                return true;
            }
            if (!history.get(i).from().isAfter(since)) {
                return false;
            }
        }
        return false;
    }

    /** A managed cluster. */
    static final class Cluster {
        final String id;
        final int number;
        final String name;
        final String subscription;
        final String location;
        final String uid;
        Map<String, String> tags;
        int minorVersion;
        String provisioningState = "Succeeded";
        String powerState = "Running";
        String skuName = "Base";
        String networkPlugin = "azure";

        @Nullable
        String networkPolicy;

        @Nullable
        String networkDataplane;

        KubeProxyConfig kubeProxy;

        /** Since when a change does harm that only counters show; null if none does. */
        @Nullable
        Instant harmedSince;

        boolean readable = true;
        boolean locked;
        boolean deleted;

        @Nullable
        List<MaintenanceWindow> windows;

        final List<Node> nodes = new ArrayList<>();
        /** Those that are gone included. */
        final List<Node> everyNode = new ArrayList<>();

        private final List<Since> had = new ArrayList<>();

        /** What its nodes last began to take up from Azure. */
        private EffectiveKubeProxy rolled;

        /** What someone has made of its DaemonSet since; null if nobody has. */
        private @Nullable EffectiveKubeProxy edited;

        private int operation;

        Cluster(int number, String subscription, String location, KubeProxyConfig kubeProxy, String uid, Instant now) {
            this.number = number;
            this.name = Fleets.name(number);
            this.uid = uid;
            this.subscription = subscription;
            this.id = "/subscriptions/" + subscription
                    + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/" + name;
            this.location = location;
            this.tags = Map.of("env", "prod");
            this.kubeProxy = kubeProxy;
            this.rolled = kubeProxy.effective();
            had.add(new Since(now, kubeProxy.effective()));
        }

        /** Of the DaemonSet of its kube-proxy. */
        EffectiveKubeProxy template() {
            return edited == null ? rolled : edited;
        }

        /** Someone gives its DaemonSet other flags. */
        void edit(EffectiveKubeProxy next) {
            edited = next;
        }

        boolean isBusy() {
            return !provisioningState.equals("Succeeded") && !isBroken();
        }

        boolean isBroken() {
            return provisioningState.equals("Failed") || provisioningState.equals("Canceled");
        }

        boolean isStopped() {
            return powerState.equals("Stopped");
        }

        EffectiveKubeProxy effective() {
            return kubeProxy.effective();
        }

        /** Whether ARM has shown something else at any time since. */
        boolean hasHadOther(EffectiveKubeProxy than, Instant since) {
            return hasBeen(had, value -> !value.equals(than), since);
        }

        /** Whether ARM has shown this at any time since. */
        boolean hasHad(EffectiveKubeProxy wanted, Instant since) {
            return hasBeen(had, wanted::equals, since);
        }

        ClusterRecord record() {
            return ClusterRecords.running(id, name, subscription, "rg")
                    .location(location)
                    .tags(tags)
                    .kubernetesVersion("1." + minorVersion + ".2")
                    .provisioningState(provisioningState)
                    .powerState(powerState)
                    .skuName(skuName)
                    .networkPlugin(networkPlugin)
                    .networkPolicy(networkPolicy)
                    .networkDataplane(networkDataplane)
                    .nodeCount(
                            (int) nodes.stream().filter(node -> !node.uncounted).count())
                    .autoprovisioning(nodes.stream().anyMatch(node -> node.uncounted))
                    .uid(uid)
                    .kubeProxy(readable ? kubeProxy : null)
                    .maintenanceWindows(windows)
                    .build();
        }

        private void set(KubeProxyConfig next, Instant now) {
            kubeProxy = next;
            readable = true;
            had.add(new Since(now, next.effective()));
        }

        private void garble(Instant now) {
            readable = false;
            had.add(new Since(now, SimulatedConfigs.NONSENSE));
        }
    }

    private record Overwritten(String rollout, String cluster) {}

    private final VirtualTime time;
    private final Dice dice;
    private final Seen seen;
    private final SequencedMap<String, Cluster> clusters = new LinkedHashMap<>();
    private final Map<Overwritten, Set<EffectiveKubeProxy>> overwritten = new HashMap<>();
    final Map<String, Boolean> registered = new LinkedHashMap<>();
    private int created;
    private int uids;
    boolean kind;

    SimulatedAzure(VirtualTime time, Dice dice, Seen seen) {
        this.time = time;
        this.dice = dice;
        this.seen = seen;
    }

    Collection<Cluster> clusters() {
        return clusters.values();
    }

    List<Cluster> of(String subscription) {
        return clusters.values().stream()
                .filter(cluster -> cluster.subscription.equals(subscription))
                .toList();
    }

    Optional<Cluster> cluster(String id) {
        return Optional.ofNullable(clusters.get(id));
    }

    /** What a cluster had when this rollout wrote to it, but for what the rollout itself had written; empty if it has not. */
    Set<EffectiveKubeProxy> overwritten(String rollout, String cluster) {
        return overwritten.getOrDefault(new Overwritten(rollout, cluster), Set.of());
    }

    void create(String subscription) {
        create(created++, subscription);
    }

    private void create(int number, String subscription) {
        Cluster cluster = new Cluster(
                number,
                subscription,
                dice.oneOf("westeurope", "westeurope", "northeurope"),
                dice.chance(0.7) ? KubeProxyConfig.UNSET : SimulatedConfigs.kubeProxy(dice),
                "resourceUID:" + uids++,
                time.now());
        cluster.minorVersion = dice.chance(0.9) ? dice.between(30, 34) : dice.between(20, 29);
        switch (dice.below(30)) {
            case 0 -> cluster.networkDataplane = "cilium";
            case 1 -> cluster.networkPolicy = "azure";
            case 2 -> cluster.skuName = "Automatic";
            case 3, 4 -> cluster.networkPlugin = "none";
            default -> {}
        }
        if (dice.chance(0.2)) {
            cluster.tags = Map.of("env", "test");
        }
        cluster.windows = dice.chance(0.1) ? null : maintenance();
        for (int i = dice.between(1, 4); i > 0; i--) {
            addNode(cluster, false);
        }
        if (dice.chance(0.1)) {
            seen.count("world nodes that no pool counts");
            for (int i = dice.between(1, 4); i > 0; i--) {
                addNode(cluster, true);
            }
        }
        clusters.put(cluster.id, cluster);
    }

    private List<MaintenanceWindow> maintenance() {
        return dice.chance(0.7)
                ? List.of()
                : List.of(new MaintenanceWindow(
                        "default",
                        new MaintenanceWindow.Daily(1),
                        LocalTime.of(dice.below(24), 0),
                        dice.between(6, 14),
                        ZoneOffset.ofHours(dice.between(-3, 3)),
                        null,
                        List.of()));
    }

    private void addNode(Cluster cluster, boolean uncounted) {
        Node node = new Node(time.now(), cluster.effective(), uncounted);
        cluster.nodes.add(node);
        cluster.everyNode.add(node);
    }

    /**
     * ARM accepts a write; what comes of it shows later. The caller has found nothing running there.
     *
     * @param operation null for a write of someone else
     */
    void put(Cluster cluster, KubeProxyConfig sent, @Nullable Operation operation) {
        if (cluster.isBusy() || cluster.isStopped()) {
            throw new SimulationFailure("two writes overlap on " + cluster.name);
        }
        KubeProxyConfig before = cluster.kubeProxy;
        if (operation != null) {
            Set<EffectiveKubeProxy> earlier =
                    overwritten.computeIfAbsent(new Overwritten(operation.rollout(), cluster.id), _ -> new HashSet<>());
            if (!before.effective().equals(Fleets.kubeProxy(operation).effective())) {
                earlier.add(before.effective());
            }
        }
        cluster.set(sent, time.now());
        boolean endless = dice.chance(0.05) && !kind;
        if (endless) {
            seen.count("arm never-ending operation");
        }
        begin(cluster, "Updating", endless ? Duration.ofHours(5) : dice.seconds(30, 300), () -> {
            int fate = kind ? 99 : dice.below(100);
            if (fate < 6) {
                cluster.provisioningState = dice.oneOf("Failed", "Failed", "Canceled");
                seen.count("arm operation " + cluster.provisioningState);
                return;
            }
            cluster.provisioningState = "Succeeded";
            if (fate < 12) {
                seen.count("arm succeeded but not applied");
                cluster.set(before, time.now());
                return;
            }
            cluster.nodes.forEach(node -> {
                node.stuck = !kind && dice.chance(0.03);
                if (node.stuck) {
                    seen.count("node that never takes it up");
                }
            });
            roll(cluster);
        });
    }

    /** Nodes come to run what the cluster has: their kube-proxies start with it, and program their rules a while later. */
    private void roll(Cluster cluster) {
        EffectiveKubeProxy next = cluster.effective();
        cluster.rolled = next;
        cluster.edited = null;
        cluster.harmedSince = null;
        if (!kind && dice.chance(0.1)) {
            seen.count("change that does harm");
            cluster.harmedSince = time.now();
        }
        Fault fault = !kind && dice.chance(0.1) ? dice.oneOf(Fault.values()) : null;
        if (fault != null) {
            seen.count("change that breaks kube-proxy: " + fault);
        }
        for (Node node : List.copyOf(cluster.nodes)) {
            time.after(dice.seconds(0, 90), () -> {
                if (!node.stuck && cluster.effective().equals(next) && cluster.edited == null) {
                    node.restart(next, time.now());
                    node.breakDown(kind ? null : fault, time.now());
                    time.after(dice.seconds(0, 60), () -> node.sync(time.now()));
                }
            });
        }
    }

    private void begin(Cluster cluster, String state, Duration duration, Runnable end) {
        cluster.provisioningState = state;
        int number = ++cluster.operation;
        Runnable ending = () -> {
            if (cluster.operation == number && cluster.isBusy() && !cluster.deleted) {
                end.run();
            }
        };
        time.after(duration, ending);
        if (duration.compareTo(Duration.ofHours(1)) > 0) {
            endings.add(ending);
        }
    }

    /** What would otherwise take for ever. */
    private final List<Runnable> endings = new ArrayList<>();

    /** Someone else wants the first of all clusters to have what it had. */
    void fight() {
        clusters.values().stream()
                .findFirst()
                .filter(cluster -> !cluster.isBusy() && !cluster.isStopped() && cluster.readable)
                .ifPresent(cluster -> {
                    seen.count("foreign manager fights");
                    put(cluster, KubeProxyConfig.UNSET, null);
                });
    }

    /** Someone who is not us does something to a cluster. */
    void foreignWrite() {
        any().filter(cluster -> !cluster.isBusy() && !cluster.isStopped()).ifPresent(cluster -> {
            if (dice.chance(0.05)) {
                seen.count("foreign write of the unknown");
                cluster.garble(time.now());
            } else {
                seen.count("foreign write");
                put(cluster, dice.chance(0.3) ? KubeProxyConfig.UNSET : SimulatedConfigs.kubeProxy(dice), null);
            }
        });
    }

    private Optional<Cluster> any() {
        return clusters.isEmpty() ? Optional.empty() : Optional.of(dice.pick(List.copyOf(clusters.values())));
    }

    /** Names of what {@link #live()} throws. */
    private static final List<String> LIFE = List.of(
            "creates a cluster",
            "deletes a cluster",
            "stops a cluster",
            "stops a cluster",
            "starts a cluster",
            "starts a cluster",
            "upgrades a cluster",
            "labels a cluster",
            "scales a cluster",
            "locks or unlocks a cluster",
            "registers or unregisters the feature",
            "repairs a cluster");

    /** Clusters come and go, stop and start, are upgraded, relabelled, scaled, locked. */
    void live() {
        int event = dice.below(12);
        seen.count("world " + LIFE.get(event));
        switch (event) {
            case 0 -> {
                create(dice.pick(SUBSCRIPTIONS));
                if (dice.chance(0.3)) {
                    seen.count("world creates a cluster without agents");
                    clusters.lastEntry().getValue().nodes.forEach(node -> node.silent = true);
                }
            }
            case 1 ->
                any().ifPresent(cluster -> {
                    cluster.deleted = true;
                    clusters.remove(cluster.id);
                    if (dice.chance(0.4)) {
                        seen.count("world creates a cluster under the name of another");
                        create(cluster.number, cluster.subscription);
                    }
                });
            case 2, 3 ->
                any().filter(cluster -> !cluster.isBusy() && !cluster.isStopped())
                        .ifPresent(cluster -> begin(cluster, "Stopping", dice.seconds(20, 200), () -> {
                            cluster.provisioningState = "Succeeded";
                            cluster.powerState = "Stopped";
                        }));
            case 4, 5 ->
                clusters.values().stream()
                        .filter(cluster -> cluster.isStopped() && !cluster.isBusy())
                        .findFirst()
                        .ifPresent(this::startUp);
            case 6 ->
                any().filter(cluster -> !cluster.isBusy() && !cluster.isStopped())
                        .ifPresent(cluster -> begin(cluster, "Upgrading", dice.seconds(60, 1_500), () -> {
                            cluster.provisioningState = "Succeeded";
                            cluster.minorVersion++;
                        }));
            case 7 -> any().ifPresent(cluster -> cluster.tags = Map.of("env", dice.oneOf("prod", "test")));
            case 8 ->
                any().ifPresent(cluster -> {
                    if (dice.chance(0.5) && cluster.nodes.size() > 1) {
                        cluster.nodes.removeFirst();
                    } else {
                        addNode(cluster, cluster.nodes.stream().anyMatch(node -> node.uncounted) && dice.chance(0.5));
                    }
                });
            case 9 -> any().ifPresent(cluster -> cluster.locked = !cluster.locked);
            case 10 -> registered.compute(dice.pick(SUBSCRIPTIONS), (_, was) -> !Boolean.TRUE.equals(was));
            default ->
                clusters.values().stream().filter(Cluster::isBroken).findFirst().ifPresent(cluster -> {
                    cluster.provisioningState = "Succeeded";
                    cluster.windows = cluster.windows == null ? maintenance() : cluster.windows;
                });
        }
    }

    private void startUp(Cluster cluster) {
        cluster.powerState = "Running";
        begin(cluster, "Starting", dice.seconds(20, 200), () -> {
            cluster.provisioningState = "Succeeded";
            roll(cluster);
        });
    }

    /** Agents that are late, silent, restarted or wrong. */
    void disturbAgents() {
        any().ifPresent(cluster -> {
            Node node = dice.pick(cluster.nodes);
            switch (dice.below(6)) {
                case 5 -> {
                    if (node.fault == null) {
                        breakDown(cluster.id);
                    } else {
                        seen.count("kube-proxy is well again");
                        cluster.nodes.forEach(each -> each.breakDown(null, time.now()));
                    }
                }
                case 3 -> {
                    seen.count("kube-proxy never programs its rules, or does again");
                    node.neverSyncs = !node.neverSyncs;
                    node.sync(time.now());
                }
                case 4 -> {
                    seen.count("kube-proxy's metrics cannot be reached, or can again");
                    node.withoutMetrics = !node.withoutMetrics;
                }
                case 0 -> {
                    seen.count("agent falls silent or speaks again");
                    node.silent = !node.silent;
                }
                case 1 -> {
                    seen.count("agent lies or is honest again");
                    node.lying = !node.lying;
                }
                default -> {
                    seen.count("agent restarts");
                    node.toldAt = Instant.EPOCH;
                }
            }
        });
    }

    /** The kube-proxies of a cluster break in one way, although it runs what it should. */
    void breakDown(String id) {
        if (!kind && clusters.containsKey(id)) {
            Fault fault = dice.oneOf(Fault.values());
            seen.count("kube-proxy breaks: " + fault);
            clusters.get(id).nodes.forEach(node -> node.breakDown(fault, time.now()));
        }
    }

    /** From now on nothing goes wrong any more, and what has can be mended. */
    void becomeKind() {
        kind = true;
        SUBSCRIPTIONS.forEach(subscription -> registered.put(subscription, true));
        for (Runnable ending : endings) {
            time.after(dice.seconds(1, 60), ending);
        }
        for (Cluster cluster : List.copyOf(clusters.values())) {
            cluster.locked = false;
            cluster.harmedSince = null;
            cluster.windows = cluster.windows == null ? List.of() : cluster.windows;
            cluster.nodes.forEach(node -> {
                node.silent = false;
                node.lying = false;
                node.stuck = false;
                node.neverSyncs = false;
                node.withoutMetrics = false;
                node.breakDown(null, time.now());
                node.sync(time.now());
            });
            if (cluster.isStopped() && !cluster.isBusy()) {
                startUp(cluster);
            } else if (cluster.isBroken()) {
                cluster.provisioningState = "Succeeded";
            }
            if (!cluster.isBusy()) {
                roll(cluster);
            }
        }
    }

    /** While the world is kind: what an operation begun before has left behind. */
    void mend() {
        clusters.values().stream()
                .filter(cluster -> cluster.isStopped() && !cluster.isBusy())
                .forEach(this::startUp);
        clusters.values().stream()
                .filter(Cluster::isBroken)
                .forEach(cluster -> cluster.provisioningState = "Succeeded");
        clusters.values().stream()
                .filter(cluster -> !cluster.readable)
                .forEach(cluster -> cluster.set(cluster.kubeProxy, time.now()));
    }

    /** What agents say now, folded into one record. */
    Evidence evidence(Cluster cluster) {
        Map<Told, List<Node>> groups = new LinkedHashMap<>();
        for (Node node : cluster.nodes) {
            if (!node.silent) {
                tell(node);
            }
            if (node.told != null && node.toldAt.isAfter(time.now().minus(STALE))) {
                groups.computeIfAbsent(node.told, _ -> new ArrayList<>()).add(node);
            }
        }
        List<Evidence.Observed> observed = new ArrayList<>();
        int reporting = 0;
        for (Map.Entry<Told, List<Node>> group : groups.entrySet()) {
            EffectiveKubeProxy value = group.getKey().value();
            Evidence.Proof proof = group.getKey().proof();
            boolean kernelIsEmpty = proof == Evidence.Proof.IPVS_EMPTY || proof == Evidence.Proof.IPVS_MISSING;
            EffectiveIpvs ipvs = value.ipvs();
            int nodes = group.getValue().size();
            reporting += nodes;
            observed.add(new Evidence.Observed(
                    mode(value),
                    ipvs == null || kernelIsEmpty ? null : ipvs.scheduler().kernelName(),
                    ipvs == null ? null : ipvs.tcpTimeoutSeconds(),
                    ipvs == null ? null : ipvs.tcpFinTimeoutSeconds(),
                    ipvs == null ? null : ipvs.udpTimeoutSeconds(),
                    proof,
                    ipvs != null,
                    nodes,
                    group.getValue().stream()
                            .map(node -> node.toldAt)
                            .min(Instant::compareTo)
                            .orElseThrow()));
        }
        List<Node> heard = groups.values().stream().flatMap(List::stream).toList();
        Evidence shown = new Evidence(
                reporting,
                100,
                observed,
                null,
                codes(heard),
                reporting,
                heard.stream()
                        .filter(node -> node.fault == Fault.SERVICES_UNREACHABLE)
                        .map(node -> node.toldAt)
                        .sorted(Comparator.reverseOrder())
                        .toList(),
                heard.stream()
                        .flatMap(node -> node.restartedAt().stream())
                        .sorted(Comparator.reverseOrder())
                        .toList(),
                Duration.ZERO,
                Map.of());
        return counted(cluster, reporting).with(shown, cluster.id, WATCHED_SINCE, time.now());
    }

    private static Map<String, Integer> codes(List<Node> heard) {
        int differing = (int) heard.stream()
                .filter(node -> node.fault == Fault.SCHEDULER_DIFFERS)
                .count();
        return differing == 0 ? Map.of() : Map.of(EvidenceReason.SchedulerDiffers.code(), differing);
    }

    /** A cluster that a change has harmed refuses connections; others hardly ever do. */
    private static CountedSignals counted(Cluster cluster, int reporting) {
        CountedSignals counted = new CountedSignals(reporting, Duration.ofHours(2));
        if (cluster.harmedSince != null) {
            counted.count(cluster.id, Signal.REFUSALS, cluster.harmedSince, REFUSALS_A_NODE * reporting);
        }
        return counted;
    }

    private static @Nullable String mode(EffectiveKubeProxy told) {
        if (told.equals(SimulatedConfigs.NONSENSE)) {
            return "userspace";
        }
        return told.enabled() ? told.mode().name().toLowerCase(Locale.ROOT) : null;
    }

    /** One that lies repeats what was true before as of then, or says what nobody runs. */
    private void tell(Node node) {
        if (!node.lying) {
            node.told = honest(node);
            node.toldAt = time.now();
        } else if (dice.chance(0.5)) {
            node.told = new Told(SimulatedConfigs.NONSENSE, Evidence.Proof.PROVEN);
            node.toldAt = time.now();
        } else {
            Since old = dice.pick(node.ran);
            Instant until = old == node.ran.getLast()
                    ? time.now()
                    : node.ran.get(node.ran.indexOf(old) + 1).from();
            node.told = new Told(old.value(), Evidence.Proof.PROVEN);
            node.toldAt = until.minusMillis(1).isBefore(old.from()) ? old.from() : until.minusMillis(1);
        }
    }

    /** A kube-proxy tells from its first second what it was started with, whatever the kernel holds. */
    private Told honest(Node node) {
        EffectiveKubeProxy unsynced = node.unsynced;
        if (unsynced == null) {
            Evidence.Proof known =
                    node.fault == Fault.ONE_FAMILY_STUCK ? Evidence.Proof.SYNC_OVERDUE : Evidence.Proof.PROVEN;
            return new Told(node.runs(), node.withoutMetrics ? Evidence.Proof.SYNC_UNKNOWN : known);
        }
        Evidence.Proof unknown = node.withoutMetrics ? Evidence.Proof.SYNC_UNKNOWN : Evidence.Proof.NOT_SYNCED;
        if (unsynced.ipvs() == null) {
            return new Told(unsynced, unknown);
        }
        return node.runs().ipvs() == null
                ? new Told(unsynced, dice.oneOf(Evidence.Proof.IPVS_EMPTY, Evidence.Proof.IPVS_MISSING))
                : new Told(node.runs(), unknown);
    }
}

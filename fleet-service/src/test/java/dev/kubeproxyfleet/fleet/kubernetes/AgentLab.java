package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.azure.ArmParts;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.azure.Fence;
import dev.kubeproxyfleet.fleet.azure.Fences;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.kubernetes.ClusterAccess.Access;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Clusters of a {@link KubernetesLab}, into one of which agents are installed, in a time that passes while the procedure waits. */
final class AgentLab implements AutoCloseable {

    static final String NAMESPACE = "kubeproxy-fleet";
    static final AgentConfig FIRST = new AgentConfig(true, "agent:1", "agent-jvm:1", "broker:9092");
    static final AgentConfig SECOND = new AgentConfig(true, "agent:2", "agent-jvm:2", "broker:9092");
    static final Duration DEADLINE = Duration.ofMinutes(30);

    final KubernetesLab lab;
    String cluster = "";
    KubernetesClient people;
    final List<Outcome.Waiting> waits = new ArrayList<>();

    /** Done while the procedure waits, in place of letting time pass without anything happening. */
    Runnable meanwhile = () -> {};

    /** Done before each call of the cluster's API. */
    Runnable beforeCall = () -> {};

    private final AgentProcedure procedure;
    private int used;

    AgentLab(int clusters) throws IOException {
        lab = new KubernetesLab(clusters);
        // A token is looked at before each call.
        InstantSource clock = () -> {
            beforeCall.run();
            return lab.now();
        };
        Pause pause = (wake, atMost) -> {
            if (!wake.toCompletableFuture().isDone()) {
                lab.pass(atMost);
                meanwhile.run();
            }
        };
        procedure = new AgentProcedure(new AgentProcedure.Means(
                lab.access,
                ArmParts.tokens(() -> ArmSimulator.SANDBOX_TOKEN, clock),
                lab.means.clients(),
                pause,
                lab::now,
                new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1), new Random(11)),
                lab.means.answerTimeout()));
        people = next();
    }

    /** Goes on with a cluster that is as it was made. */
    void nextCluster() {
        people.close();
        lab.endFaults();
        beforeCall = () -> {};
        meanwhile = () -> {};
        waits.clear();
        people = next();
    }

    /** Some of a fleet's clusters are stopped, private, or without Entra. */
    private KubernetesClient next() {
        while (true) {
            cluster = lab.cluster(used++);
            if (lab.access.open(cluster) instanceof Access.Granted granted
                    && granted.server().address().getHost().equals("localhost")) {
                return open(granted);
            }
        }
    }

    private KubernetesClient open(Access.Granted granted) {
        return lab.means.clients().open(granted.server(), () -> ArmSimulator.SANDBOX_TOKEN, new OpenWatches(lab::now));
    }

    Operation operation(String rollout, AgentConfig agents) {
        Instant now = lab.now();
        return Operation.of("agents", rollout, 1, cluster, 1, new Desired.Agents(agents), now, now.plus(DEADLINE));
    }

    /** What is reported at the end of an operation of a rollout of its own. */
    Outcome.Result run(AgentConfig agents) {
        return run(agents, "agents." + agents.image());
    }

    Outcome.Result run(AgentConfig agents, String rollout) {
        return run(operation(rollout, agents), Fences.open()).orElseThrow();
    }

    Optional<Outcome.Result> run(Operation operation, Fence fence) {
        return procedure.run(operation, fence, waits::add);
    }

    /** All that is there of agents, whole, by kind and name. */
    Map<String, HasMetadata> there() {
        Stream<HasMetadata> objects = Stream.of(
                        people.namespaces().withName(NAMESPACE).get(),
                        people.secrets().inNamespace(NAMESPACE).list(),
                        people.serviceAccounts().inNamespace(NAMESPACE).list(),
                        people.configMaps().inNamespace(NAMESPACE).list(),
                        people.apps().daemonSets().inNamespace(NAMESPACE).list())
                .filter(found -> found != null)
                .flatMap(found -> found instanceof HasMetadata object
                        ? Stream.of(object)
                        : ((KubernetesResourceList<?>) found).getItems().stream());
        return new TreeMap<>(objects.collect(
                toMap(object -> object.getKind() + " " + object.getMetadata().getName(), object -> object)));
    }

    /** The same without what goes on by itself. */
    Map<String, HasMetadata> written() {
        Map<String, HasMetadata> there = there();
        there.values().forEach(object -> {
            if (object instanceof DaemonSet set) {
                set.setStatus(null);
                set.getMetadata().setResourceVersion(null);
            }
        });
        return there;
    }

    String image(String daemonSet) {
        return InstalledAgents.image(requireNonNull(people.apps()
                .daemonSets()
                .inNamespace(NAMESPACE)
                .withName(daemonSet)
                .get()));
    }

    @Override
    public void close() {
        people.close();
        lab.close();
    }

    static void assertEnds(Outcome.Result result, Class<?> kind, ReasonCode code, String words) {
        ReasonCode told = null;
        String message = "";
        if (result instanceof Outcome.Skipped skipped) {
            told = skipped.code();
            message = skipped.message();
        } else if (result instanceof Outcome.Failed failed) {
            told = failed.code();
            message = failed.message();
        }
        assertThat(result).isInstanceOf(kind);
        assertThat(told).as(result.toString()).isEqualTo(code);
        assertThat(message).contains(words);
    }
}

package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.stream.Collectors.joining;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is there of agents in a cluster, whoever has installed them.
 *
 * @param objects of those that an installation consists of
 */
record InstalledAgents(List<HasMetadata> objects) {

    /** Every object that the service installs bears this label with {@link #MANAGER} for its value. No other is the service's. */
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** The owner of all fields that the service writes, too. */
    static final String MANAGER = "kubeproxy-fleet";

    /** Annotation of DaemonSets: the rollout that has written them last. */
    static final String ROLLOUT = "kubeproxyfleet.dev/rollout";

    InstalledAgents {
        objects = List.copyOf(objects);
    }

    static boolean isOurs(HasMetadata object) {
        return MANAGER.equals(labels(object).get(MANAGED_BY));
    }

    /** The object of the same kind and name. */
    Optional<HasMetadata> like(HasMetadata wanted) {
        return objects.stream()
                .filter(object -> object.getKind().equals(wanted.getKind())
                        && object.getMetadata()
                                .getName()
                                .equals(wanted.getMetadata().getName()))
                .findFirst();
    }

    boolean hasNamespace() {
        return objects.stream().anyMatch(Namespace.class::isInstance);
    }

    /** The first that is not the service's. */
    Optional<HasMetadata> foreign() {
        return objects.stream().filter(Predicate.not(InstalledAgents::isOurs)).findFirst();
    }

    /** The first DaemonSet that is not the service's. */
    Optional<HasMetadata> foreignDaemonSet() {
        return objects.stream()
                .filter(object -> object instanceof DaemonSet && !isOurs(object))
                .findFirst();
    }

    /**
     * What a removal deletes: all that is the service's but the namespace, which may hold what is not, such as a Secret. The
     * DaemonSets come last, since they tell which agents there were.
     */
    List<HasMetadata> toBeRemoved() {
        return objects.stream()
                .filter(object -> isOurs(object) && !(object instanceof Namespace))
                .sorted(Comparator.comparing(DaemonSet.class::isInstance))
                .toList();
    }

    /**
     * The agents that these objects are.
     *
     * @param rollout that they are to be changed for
     * @return null if it cannot be told
     */
    @Nullable
    AgentConfig config(String rollout) {
        Optional<DaemonSet> set = daemonSet(AgentManifest.NAME);
        Optional<DaemonSet> jvmSet = daemonSet(AgentManifest.JVM_NAME);
        if (set.isEmpty() && jvmSet.isEmpty()) {
            return AgentConfig.DISABLED;
        }
        if (set.isEmpty() || jvmSet.isEmpty()) {
            return null;
        }
        // Where an earlier run for the rollout has ended between the two, they are not what was there before it.
        boolean isHalfWritten = isWrittenFor(rollout, set.get()) != isWrittenFor(rollout, jvmSet.get());
        String kafka = kafka(set.get());
        if (isHalfWritten || kafka == null || !kafka.equals(kafka(jvmSet.get()))) {
            return null;
        }
        try {
            AgentManifest manifest = new AgentManifest(kafka, image(set.get()), image(jvmSet.get()));
            return new AgentConfig(true, manifest.image(), manifest.jvmImage(), manifest.brokers());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private Optional<DaemonSet> daemonSet(String name) {
        return objects.stream()
                .filter(DaemonSet.class::isInstance)
                .map(DaemonSet.class::cast)
                .filter(set -> set.getMetadata().getName().equals(name))
                .findFirst();
    }

    private static boolean isWrittenFor(String rollout, DaemonSet set) {
        return rollout.equals(annotations(set.getMetadata()).get(ROLLOUT));
    }

    /** Brokers that pods of the DaemonSet report to; null if it does not tell. */
    static @Nullable String kafka(DaemonSet set) {
        return set.getSpec() == null || set.getSpec().getTemplate() == null
                ? null
                : annotations(set.getSpec().getTemplate().getMetadata()).get(AgentManifest.BROKERS_ANNOTATION);
    }

    /** Of the pods' first container; empty if they have none. */
    static String image(DaemonSet set) {
        return set.getSpec() == null
                        || set.getSpec().getTemplate() == null
                        || set.getSpec().getTemplate().getSpec() == null
                ? ""
                : set.getSpec().getTemplate().getSpec().getContainers().stream()
                        .findFirst()
                        .map(Container::getImage)
                        .orElse("");
    }

    /** For people, in place of a clause. */
    static String describe(HasMetadata object) {
        String label = labels(object).get(MANAGED_BY);
        String managers =
                Objects.requireNonNullElse(object.getMetadata().getManagedFields(), List.<ManagedFieldsEntry>of())
                        .stream()
                        .map(ManagedFieldsEntry::getManager)
                        .filter(Objects::nonNull)
                        .distinct()
                        .collect(joining(", "));
        return name(object) + " is there, managed by "
                + Stream.of(Objects.requireNonNullElse(label, ""), managers)
                        .filter(Predicate.not(String::isEmpty))
                        .findFirst()
                        .orElse("somebody else");
    }

    /** For people: {@code DaemonSet node-agent}. */
    static String name(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }

    private static Map<String, String> labels(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getLabels(), Map.of());
    }

    private static Map<String, String> annotations(@Nullable ObjectMeta metadata) {
        return metadata == null || metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations();
    }
}

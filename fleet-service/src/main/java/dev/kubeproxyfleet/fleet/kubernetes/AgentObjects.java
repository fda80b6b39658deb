package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.message.Operation;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The calls that install, change and remove the agents of one cluster. Used by one thread. */
final class AgentObjects {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private final KubernetesClient client;
    private final Calls calls;

    AgentObjects(KubernetesClient client, Calls calls) {
        this.client = client;
        this.calls = calls;
    }

    /**
     * The objects of the agents that an operation is about, in the order in which they are written.
     *
     * @throws IllegalStateException if it is about none, or about their removal
     */
    static List<HasMetadata> of(Operation operation) {
        AgentConfig agents = operation.agents();
        if (agents == null || !agents.enabled()) {
            throw new IllegalStateException("not about agents to be installed");
        }
        List<HasMetadata> objects = new ArrayList<>();
        for (String document : agents.manifest().of(operation.cluster()).split("(?m)^---$")) {
            HasMetadata object = YAML.unmarshal(document);
            objects.add(object);
            object.getMetadata().getLabels().put(InstalledAgents.MANAGED_BY, InstalledAgents.MANAGER);
            if (object instanceof DaemonSet set) {
                annotate(set.getMetadata(), InstalledAgents.ROLLOUT, operation.rollout());
            }
        }
        return objects;
    }

    private static void annotate(ObjectMeta metadata, String name, String value) {
        Map<String, String> annotations =
                new HashMap<>(Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()));
        annotations.put(name, value);
        metadata.setAnnotations(annotations);
    }

    /** What is there of the objects that an installation consists of. */
    InstalledAgents read() throws CallFailed, ClusterTokens.Unavailable {
        List<HasMetadata> found = new ArrayList<>();
        for (HasMetadata wanted : List.of(
                named(new Namespace(), AgentManifest.NAMESPACE),
                named(new ServiceAccount(), AgentManifest.NAME),
                named(new ConfigMap(), AgentManifest.NAME),
                named(new DaemonSet(), AgentManifest.NAME),
                named(new DaemonSet(), AgentManifest.JVM_NAME))) {
            HasMetadata object =
                    call("get", wanted, () -> client.resource(wanted).get());
            if (object != null) {
                found.add(object);
            }
        }
        return new InstalledAgents(found);
    }

    private static HasMetadata named(HasMetadata object, String name) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setName(name);
        metadata.setNamespace(object instanceof Namespace ? null : AgentManifest.NAMESPACE);
        object.setMetadata(metadata);
        return object;
    }

    /**
     * Asks the API to write an object without doing so.
     *
     * @return whether it would become another than {@code there}
     */
    boolean wouldChange(HasMetadata object, @Nullable HasMetadata there) throws CallFailed, ClusterTokens.Unavailable {
        HasMetadata after = call(
                "patch",
                object,
                () -> client.resource(object)
                        .dryRun()
                        .fieldManager(InstalledAgents.MANAGER)
                        .serverSideApply());
        return there == null || after == null || !content(after).equals(content(there));
    }

    /** Without what says nothing of the agents: bookkeeping, and what runs of them. */
    private static Map<?, ?> content(HasMetadata object) {
        Map<?, ?> content = YAML.convertValue(object, Map.class);
        content.remove("status");
        if (content.get("metadata") instanceof Map<?, ?> metadata) {
            metadata.keySet().removeAll(List.of("managedFields", "resourceVersion", "generation"));
            if (metadata.get("annotations") instanceof Map<?, ?> annotations) {
                annotations.remove(InstalledAgents.ROLLOUT);
                if (annotations.isEmpty()) {
                    metadata.remove("annotations");
                }
            }
        }
        return content;
    }

    /** Writes an object, unless somebody else owns a field of it. */
    void apply(HasMetadata object) throws CallFailed, ClusterTokens.Unavailable {
        call(
                "patch",
                object,
                () -> client.resource(object)
                        .fieldManager(InstalledAgents.MANAGER)
                        .serverSideApply());
    }

    /** Asks the API to delete an object without doing so. */
    void wouldDelete(HasMetadata found) throws CallFailed, ClusterTokens.Unavailable {
        call("delete", found, () -> client.resource(found).dryRun().delete());
    }

    /** Deletes an object, unless it is no longer as it was found. */
    void delete(HasMetadata found) throws CallFailed, ClusterTokens.Unavailable {
        call(
                "delete",
                found,
                () -> client.resource(found)
                        .lockResourceVersion(found.getMetadata().getResourceVersion())
                        .delete());
    }

    private <T> @Nullable T call(String verb, HasMetadata object, Supplier<@Nullable T> call)
            throws CallFailed, ClusterTokens.Unavailable {
        try {
            T answer = calls.make(call);
            if (answer instanceof HasMetadata answered
                    && (!object.getKind().equals(answered.getKind()) || answered.getMetadata() == null)) {
                throw new IllegalArgumentException("no " + object.getKind() + ", but " + answered.getKind());
            }
            return answer;
        } catch (RuntimeException e) {
            String namespace = object.getMetadata().getNamespace();
            throw new CallFailed(verb, object.getFullResourceName() + (namespace == null ? "" : " in " + namespace), e);
        }
    }
}

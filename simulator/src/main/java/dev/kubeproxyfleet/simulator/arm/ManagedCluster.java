package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One managed cluster and the operation that runs on it. Guarded by the lock of {@link ArmState}. */
final class ManagedCluster {

    private final String subscription;
    private final String group;
    private final Supplier<String> eTags;
    private ObjectNode document;
    private KubeProxyConfig applied;
    private Instant appliedSince;
    private @Nullable Operation running;

    ManagedCluster(String subscription, String group, ObjectNode document, Instant now, Supplier<String> eTags) {
        this.subscription = subscription;
        this.group = group;
        this.eTags = eTags;
        this.document = document.deepCopy();
        this.applied = kubeProxy(document);
        this.appliedSince = now;
        touch();
    }

    String subscription() {
        return subscription;
    }

    String group() {
        return group;
    }

    String name() {
        return document.path("name").asText();
    }

    /** Ends the operation if its time has come. */
    void settle(Instant now) {
        Operation operation = running;
        if (operation == null || now.isBefore(operation.endsAt())) {
            return;
        }
        document = whenDone();
        running = null;
        touch();
        if (operation.ending() instanceof Operation.Ending.Succeeds) {
            apply(operation.endsAt());
        }
    }

    /** A copy of the document as it will be when the operation that runs, if any, has ended. */
    ObjectNode whenDone() {
        Operation operation = running;
        if (operation == null) {
            return document.deepCopy();
        }
        return switch (operation.ending()) {
            case Operation.Ending.Succeeds _ -> withState(document, "Succeeded");
            case Operation.Ending.Fails _ -> withState(document, "Failed");
            case Operation.Ending.HasNoEffect _ -> withState(operation.before(), "Succeeded");
            case Operation.Ending.NeverReachesNodes _ -> withState(document, "Succeeded");
        };
    }

    private static ObjectNode withState(ObjectNode document, String provisioningState) {
        ObjectNode copy = document.deepCopy();
        copy.withObject("/properties").put("provisioningState", provisioningState);
        return copy;
    }

    private void apply(Instant since) {
        KubeProxyConfig goal = kubeProxy(document);
        if (!goal.equals(applied)) {
            applied = goal;
            appliedSince = since;
        }
    }

    /** Begins to become {@code next}. */
    void begin(Operation operation, ObjectNode next, String provisioningState) {
        document = next;
        document.withObject("/properties").put("provisioningState", provisioningState);
        running = operation;
        touch();
    }

    Optional<Operation> running() {
        return Optional.ofNullable(running);
    }

    /** A change that did not come through ARM's door; nodes follow it at once. */
    void edit(java.util.function.Consumer<ObjectNode> change, Instant now) {
        change.accept(document);
        touch();
        apply(now);
    }

    /** The live document; callers copy it before they change or hand it out. */
    ObjectNode document() {
        return document;
    }

    String eTag() {
        return document.path("eTag").asText();
    }

    boolean stopped() {
        return document.at("/properties/powerState/code").asText().equals("Stopped");
    }

    AppliedConfiguration applied() {
        return new AppliedConfiguration(applied, appliedSince, !stopped());
    }

    private void touch() {
        document.put("eTag", eTags.get());
    }

    private static KubeProxyConfig kubeProxy(ObjectNode document) {
        JsonNode stored = document.at(Documents.KUBE_PROXY);
        if (stored.isMissingNode() || stored.isNull()) {
            return KubeProxyConfig.UNSET;
        }
        try {
            return Json.MAPPER.treeToValue(stored, KubeProxyConfig.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("not a kubeProxyConfig: " + stored, e);
        }
    }
}

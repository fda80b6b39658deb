package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One managed cluster and the operation that runs on it. Guarded by the lock of {@link ArmModel}. */
final class ManagedCluster {

    /** Nodes that autoprovisioning adds where it is on and nobody said how many. */
    static final int DEFAULT_AUTOPROVISIONED = 2;

    private final String subscription;
    private final String group;
    private final Supplier<String> eTags;
    private final Map<String, ObjectNode> maintenance = new TreeMap<>();
    private ObjectNode document;
    private KubeProxyConfig applied;
    private Instant appliedSince;
    private int autoprovisioned = DEFAULT_AUTOPROVISIONED;
    private boolean deleted;
    private @Nullable LongRunningOperation running;

    /** @param document what was saved of it keeps its eTag; what is new gets one */
    ManagedCluster(String subscription, String group, ObjectNode document, Instant now, Supplier<String> eTags) {
        this.subscription = subscription;
        this.group = group;
        this.eTags = eTags;
        this.document = document.deepCopy();
        this.applied = kubeProxy(document);
        this.appliedSince = now;
        if (document.at("/tags/env").asText().equals("prod")) {
            maintenance.put("aksManagedAutoUpgradeSchedule", Documents.sundayNights());
        }
        if (!this.document.hasNonNull("eTag")) {
            touch();
        }
    }

    /** Its key: the resource id in lower case. */
    static String id(String subscription, String group, String name) {
        return ("/subscriptions/" + subscription + "/resourcegroups/" + group
                        + "/providers/microsoft.containerservice/managedclusters/" + name)
                .toLowerCase(Locale.ROOT);
    }

    String id() {
        return id(subscription, group, name());
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

    String location() {
        return document.path("location").asText();
    }

    /** Properties of its maintenance configurations, by name. */
    Map<String, ObjectNode> maintenance() {
        return maintenance;
    }

    /** Ends the operation if its time has come. */
    void settle(Instant now) {
        LongRunningOperation operation = running;
        if (operation == null || now.isBefore(operation.endsAt())) {
            return;
        }
        document = whenDone();
        running = null;
        touch();
        switch (operation.ending()) {
            case LongRunningOperation.Ending.Succeeds _, LongRunningOperation.Ending.Powers _ ->
                apply(operation.endsAt());
            case LongRunningOperation.Ending.Deletes _ -> deleted = true;
            case LongRunningOperation.Ending.Fails _,
                    LongRunningOperation.Ending.IsCanceled _,
                    LongRunningOperation.Ending.HasNoEffect _,
                    LongRunningOperation.Ending.NeverReachesNodes _,
                    LongRunningOperation.Ending.DeletesPool _,
                    LongRunningOperation.Ending.Aborts _ -> {
                // The nodes keep what they have.
            }
        }
    }

    /** A copy of the document as it will be when the operation that runs, if any, has ended. */
    ObjectNode whenDone() {
        LongRunningOperation operation = running;
        if (operation == null) {
            return document.deepCopy();
        }
        return switch (operation.ending()) {
            case LongRunningOperation.Ending.Succeeds _ -> inState(document, "Succeeded");
            case LongRunningOperation.Ending.Fails _ -> inState(document, "Failed");
            case LongRunningOperation.Ending.IsCanceled _ -> inState(document, "Canceled");
            case LongRunningOperation.Ending.HasNoEffect _ -> inState(operation.before(), "Succeeded");
            case LongRunningOperation.Ending.NeverReachesNodes _ -> inState(document, "Succeeded");
            case LongRunningOperation.Ending.Powers(String powerState) ->
                powered(inState(document, "Succeeded"), powerState);
            case LongRunningOperation.Ending.Deletes _ -> inState(document, "Deleting");
            case LongRunningOperation.Ending.DeletesPool(String name) ->
                withoutPool(inState(document, "Succeeded"), name);
            case LongRunningOperation.Ending.Aborts _ -> inState(document, "Canceled");
        };
    }

    private static ObjectNode withoutPool(ObjectNode document, String name) {
        Iterator<JsonNode> pools = document.at("/properties/agentPoolProfiles").iterator();
        while (pools.hasNext()) {
            if (pools.next().path("name").asText().equalsIgnoreCase(name)) {
                pools.remove();
            }
        }
        return document;
    }

    /** A copy in a state; its agent pools are in the same one. */
    private static ObjectNode inState(ObjectNode document, String provisioningState) {
        ObjectNode copy = document.deepCopy();
        setState(copy, provisioningState);
        return copy;
    }

    private static void setState(ObjectNode document, String provisioningState) {
        document.withObject("/properties").put("provisioningState", provisioningState);
        for (JsonNode pool : document.at("/properties/agentPoolProfiles")) {
            ((ObjectNode) pool).put("provisioningState", provisioningState);
        }
    }

    private static ObjectNode powered(ObjectNode document, String powerState) {
        document.withObject("/properties/powerState").put("code", powerState);
        for (JsonNode pool : document.at("/properties/agentPoolProfiles")) {
            ((ObjectNode) pool).withObject("/powerState").put("code", powerState);
        }
        return document;
    }

    private void apply(Instant since) {
        KubeProxyConfig goal = kubeProxy(document);
        if (!goal.equals(applied)) {
            applied = goal;
            appliedSince = since;
        }
    }

    /** Begins to become {@code next}. */
    void begin(LongRunningOperation operation, ObjectNode next, String provisioningState) {
        document = next;
        setState(document, provisioningState);
        running = operation;
        touch();
    }

    /** Begins to become {@code next}, of which only one pool is touched. */
    void beginPool(LongRunningOperation operation, ObjectNode next, String provisioningState) {
        document = next;
        pool(operation.pool()).ifPresent(pool -> pool.put("provisioningState", provisioningState));
        running = operation;
        touch();
    }

    /** The live profile of an agent pool. */
    Optional<ObjectNode> pool(String name) {
        for (JsonNode pool : document.at("/properties/agentPoolProfiles")) {
            if (pool instanceof ObjectNode profile
                    && profile.path("name").asText().equalsIgnoreCase(name)) {
                return Optional.of(profile);
            }
        }
        return Optional.empty();
    }

    Optional<LongRunningOperation> running() {
        return Optional.ofNullable(running);
    }

    boolean isBeingDeleted() {
        return running != null && running.ending() instanceof LongRunningOperation.Ending.Deletes;
    }

    boolean deleted() {
        return deleted;
    }

    /** A change that did not come through ARM's door; nodes follow it at once. */
    void edit(Consumer<ObjectNode> change, Instant now) {
        change.accept(document);
        touch();
        apply(now);
    }

    /** The live document; callers copy it before they change or hand it out. */
    ObjectNode document() {
        return document;
    }

    /** As {@link #document}, as a LIST shows it. */
    ObjectNode listed() {
        return running != null && running.hiddenFromLists() ? inState(document, "Succeeded") : document;
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

    NodeSoftware software(String id) {
        return NodeSoftware.of(id, document);
    }

    /** Linux nodes that it has now. */
    LinuxNodes linuxNodes() {
        return LinuxNodes.of(document, autoprovisioned);
    }

    /** Nodes that autoprovisioning has added, or will have once it is on. */
    int autoprovisioned() {
        return autoprovisioned;
    }

    void setAutoprovisioned(int nodes) {
        autoprovisioned = nodes;
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

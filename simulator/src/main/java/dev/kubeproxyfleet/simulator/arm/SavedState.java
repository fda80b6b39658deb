package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/** What outlives a restart, as JSON: clusters, groups, locks, registrations. What runs counts as ended. */
final class SavedState {

    private SavedState() {}

    static ObjectNode of(ArmState state, Instant now) {
        ObjectNode saved = JsonNodeFactory.instance.objectNode();
        saved.put("restarts", state.restarts());
        ObjectNode clusters = saved.putObject("clusters");
        state.clusters.forEach((id, cluster) -> {
            if (!cluster.isBeingDeleted()) {
                ObjectNode entry = clusters.putObject(id);
                entry.put("resourceGroup", cluster.group());
                entry.set("document", cluster.whenDone());
                entry.put("autoprovisioned", cluster.autoprovisioned());
                ObjectNode maintenance = entry.putObject("maintenance");
                cluster.maintenance().forEach(maintenance::set);
            }
        });
        ArrayNode groups = saved.putArray("groups");
        ObjectNode subscriptions = saved.putObject("subscriptions");
        state.subscriptions.values().forEach(subscription -> {
            subscriptions
                    .putObject(subscription.id())
                    .put("feature", !subscription.featureState(now).equals("NotRegistered"))
                    .put("provider", subscription.providerUsable());
            state.groupsOf(subscription.id(), now).stream()
                    .filter(group -> group.goneAt() == null)
                    .forEach(group -> groups.addObject()
                            .put("subscription", group.subscription())
                            .put("name", group.name())
                            .put("location", group.location())
                            .set("tags", group.tags()));
        });
        ArrayNode locks = saved.putArray("locks");
        state.locks
                .values()
                .forEach(lock -> locks.addObject()
                        .put("scope", lock.scope())
                        .put("name", lock.name())
                        .put("level", lock.level())
                        .put("notes", lock.notes()));
        return saved;
    }

    /** Puts everything back as it was saved, and nothing else; what is in other subscriptions than there are is skipped. */
    static void restore(ArmState state, JsonNode saved, Instant now) {
        if (!saved.path("clusters").isObject()) {
            throw new IllegalArgumentException("there are no clusters in it");
        }
        state.clear();
        state.setRestarts(saved.path("restarts").asInt(0) + 1);
        for (JsonNode group : saved.path("groups")) {
            if (state.subscriptions.containsKey(group.path("subscription").asText())
                    && group.path("tags") instanceof ObjectNode tags) {
                state.putGroup(new ResourceGroup(
                                group.path("subscription").asText(),
                                group.path("name").asText(),
                                group.path("location").asText())
                        .withTags(tags));
            }
        }
        for (Map.Entry<String, JsonNode> entry : saved.path("clusters").properties()) {
            String[] parts = entry.getKey().split("/");
            if (parts.length == 9
                    && state.subscriptions.containsKey(parts[2])
                    && entry.getValue().path("document") instanceof ObjectNode document) {
                ManagedCluster cluster = new ManagedCluster(
                        parts[2], entry.getValue().path("resourceGroup").asText(), document, now, state::newId);
                cluster.maintenance().clear();
                cluster.setAutoprovisioned(
                        entry.getValue().path("autoprovisioned").asInt(ManagedCluster.DEFAULT_AUTOPROVISIONED));
                entry.getValue().path("maintenance").properties().forEach(window -> {
                    if (window.getValue() instanceof ObjectNode properties) {
                        cluster.maintenance().put(window.getKey(), properties);
                    }
                });
                state.add(cluster);
            }
        }
        for (JsonNode lock : saved.path("locks")) {
            state.add(new Lock(
                    lock.path("scope").asText(),
                    lock.path("name").asText(),
                    lock.path("level").asText(),
                    lock.path("notes").asText()));
        }
        for (Map.Entry<String, JsonNode> entry : saved.path("subscriptions").properties()) {
            Subscription subscription = state.subscriptions.get(entry.getKey());
            if (subscription != null) {
                subscription.setFeature(entry.getValue().path("feature").asBoolean(true));
                if (!entry.getValue().path("provider").asBoolean(true)) {
                    subscription.unregisterProvider();
                }
            }
        }
    }
}

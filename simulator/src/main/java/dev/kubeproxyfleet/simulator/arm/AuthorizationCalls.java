package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Rights and management locks. */
final class AuthorizationCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArmState state;

    AuthorizationCalls(ArmState state) {
        this.state = state;
    }

    ArmResponse permissions(Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        ObjectNode permission = body.putArray("value").addObject();
        ArrayNode actions = permission.putArray("actions");
        subscription.rights().forEach(actions::add);
        for (String none : List.of("notActions", "dataActions", "notDataActions")) {
            permission.putArray(none);
        }
        return new ArmResponse(200, body);
    }

    // ---- locks

    /** Those above, at and below the scope; with {@code $filter=atScope()} not those below. */
    ArmResponse locks(Call call) {
        String filter = call.request.query().getOrDefault("$filter", "").trim();
        boolean atScope = filter.equalsIgnoreCase("atScope()");
        if (!filter.isEmpty() && !atScope) {
            return Filter.unreadable(call);
        }
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        state.locks.values().stream()
                .filter(lock -> lock.covers(call.scope()) || (!atScope && lock.isWithin(call.scope())))
                .forEach(lock -> value.add(shown(lock)));
        return new ArmResponse(200, body);
    }

    ArmResponse lock(Call call) {
        Lock lock = state.locks.get(lockKey(call));
        return lock == null
                ? ArmResponse.of(
                        new ArmError(404, "LockNotFound", "The lock '" + call.name("name") + "' could not be found."))
                : new ArmResponse(200, shown(lock));
    }

    ArmResponse putLock(Call call) {
        return call.readBody().map(sent -> {
            String level = sent.at("/properties/level").asText("");
            if (!List.of("ReadOnly", "CanNotDelete").contains(level)) {
                return ArmResponse.of(new ArmError(
                        400,
                        "InvalidLockLevel",
                        "The lock level '" + level + "' is not one of ReadOnly, CanNotDelete."));
            }
            Lock lock = new Lock(
                    spelled(call),
                    call.name("name"),
                    level,
                    sent.at("/properties/notes").asText(""));
            boolean there = state.locks.put(lockKey(call), lock) != null;
            return new ArmResponse(there ? 200 : 201, shown(lock));
        });
    }

    ArmResponse deleteLock(Call call) {
        return state.locks.remove(lockKey(call)) == null ? ArmResponse.empty(204) : ArmResponse.empty(200);
    }

    /** The scope as Azure spells it, whatever the client wrote. */
    private String spelled(Call call) {
        if (call.group().isEmpty()) {
            return call.scope();
        }
        String group = state.group(call.subscription(), call.group(), call.now)
                .orElseGet(() -> new ResourceGroup(call.subscription(), call.group(), ""))
                .armId();
        return call.clusterId()
                .map(id -> group + "/providers/Microsoft.ContainerService/managedClusters/"
                        + state.find(id, call.now).map(ManagedCluster::name).orElse(call.name("cluster")))
                .orElse(group);
    }

    private static String lockKey(Call call) {
        return Lock.key(call.scope(), call.name("name"));
    }

    private static ObjectNode shown(Lock lock) {
        ObjectNode shown = JSON.objectNode();
        shown.putObject("properties").put("level", lock.level()).put("notes", lock.notes());
        shown.put("id", lock.id());
        shown.put("type", "Microsoft.Authorization/locks");
        shown.put("name", lock.name());
        return shown;
    }
}

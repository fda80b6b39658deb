package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Resource groups, and their deletion with all that is in them. */
final class GroupCalls {

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{Nd}_().-]{0,89}[\\p{L}\\p{Nd}_()-]");

    private static final Set<String> FILTERED = Set.of("tagname", "tagvalue", "name", "location");

    private final ArmState state;

    GroupCalls(ArmState state) {
        this.state = state;
    }

    private Optional<ResourceGroup> named(Call call) {
        return state.group(call.subscription(), call.group(), call.now);
    }

    ArmResponse list(Call call) {
        Optional<Filter> filter = Filter.of(call, FILTERED);
        if (filter.isEmpty()) {
            return Filter.unreadable(call);
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode value = body.putArray("value");
        state.groupsOf(call.subscription(), call.now).stream()
                .map(ResourceGroup::shown)
                .filter(filter.get()::accepts)
                .forEach(value::add);
        return new ArmResponse(200, body);
    }

    ArmResponse get(Call call) {
        return named(call)
                .map(group -> new ArmResponse(200, group.shown()))
                .orElseGet(() -> ArmResponse.of(Nowhere.noGroup(call)));
    }

    ArmResponse head(Call call) {
        return ArmResponse.empty(named(call).isPresent() ? 204 : 404);
    }

    ArmResponse put(Call call) {
        return call.readBody().map(sent -> put(call, sent));
    }

    private ArmResponse put(Call call, ObjectNode sent) {
        String location = sent.path("location").asText("");
        if (location.isEmpty()) {
            return ArmResponse.of(WriteRules.locationRequired());
        }
        if (!NAME.matcher(call.group()).matches()) {
            return ArmResponse.of(new ArmError(
                    400,
                    "InvalidParameter",
                    "The provided resource group name '" + call.group() + "' has these invalid characters or ends with"
                            + " a period, or is longer than 90 characters."));
        }
        Optional<ResourceGroup> there = named(call);
        Optional<ArmError> refused = Regions.unavailable(location, "Microsoft.Resources/resourceGroups")
                .or(() -> ClusterRules.checkTags(sent.path("tags")))
                .or(() -> there.filter(group -> !group.location().equals(Regions.normalized(location)))
                        .map(group -> new ArmError(
                                409,
                                "InvalidResourceGroupLocation",
                                "Invalid resource group location '" + location
                                        + "'. The Resource group already exists in location '" + group.location()
                                        + "'.")));
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        ResourceGroup group = there.orElseGet(
                        () -> new ResourceGroup(call.subscription(), call.group(), Regions.normalized(location)))
                .withTags(sent.path("tags") instanceof ObjectNode tags ? tags : JsonNodeFactory.instance.objectNode());
        state.putGroup(group);
        return new ArmResponse(there.isPresent() ? 200 : 201, group.shown());
    }

    ArmResponse patch(Call call) {
        return call.readBody()
                .map(sent -> ClusterRules.checkTags(sent.path("tags"))
                        .map(ArmResponse::of)
                        .orElseGet(() -> {
                            if (named(call).isPresent() && sent.path("tags") instanceof ObjectNode tags) {
                                state.putGroup(named(call).get().withTags(tags));
                            }
                            return get(call);
                        }));
    }

    ArmResponse delete(Call call) {
        Optional<ResourceGroup> there = named(call);
        if (there.isEmpty()) {
            return ArmResponse.of(Nowhere.noGroup(call));
        }
        ResourceGroup group = there.get();
        if (group.goneAt() == null) {
            Instant end = call.now;
            for (ManagedCluster cluster : state.clustersOf(group, call.now)) {
                cluster.running()
                        .ifPresent(preempted -> state.cancel(
                                preempted,
                                call.now,
                                "AKSOperationPreempted",
                                "The operation was preempted by the deletion of its resource group."));
                LongRunningOperation deletion =
                        state.begin(call, cluster, new LongRunningOperation.Ending.Deletes(), false);
                cluster.begin(deletion, cluster.document().deepCopy(), "Deleting");
                end = deletion.endsAt().isAfter(end) ? deletion.endsAt() : end;
            }
            state.putGroup(group.goneAt(end));
        }
        return pending(call, group.name());
    }

    /** What the deletion's {@code Location} leads to: 202 while it runs, then 200. */
    ArmResponse result(Call call) {
        String name;
        try {
            name = new String(Base64.getUrlDecoder().decode(call.name("name")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return ArmResponse.of(new ArmError(404, "OperationNotFound", "There is no such operation."));
        }
        return state.group(call.subscription(), name, call.now)
                        .filter(group -> group.goneAt() != null)
                        .isPresent()
                ? pending(call, name)
                : ArmResponse.empty(200);
    }

    private ArmResponse pending(Call call, String name) {
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
        return ArmResponse.empty(202)
                .with(
                        "Location",
                        state.endpoint() + "/subscriptions/" + call.subscription() + "/operationresults/" + token
                                + "?api-version=" + call.apiVersion());
    }
}

package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A resource group, spelled as it was when it was made.
 *
 * @param goneAt when its deletion will have ended; null while nobody deletes it
 */
record ResourceGroup(
        String subscription,
        String name,
        String location,
        ObjectNode tags,
        @Nullable Instant goneAt) {

    ResourceGroup(String subscription, String name, String location) {
        this(subscription, name, location, JsonNodeFactory.instance.objectNode(), null);
    }

    /** Its key: the resource id in lower case. */
    static String id(String subscription, String name) {
        return ("/subscriptions/" + subscription + "/resourcegroups/" + name).toLowerCase(Locale.ROOT);
    }

    String id() {
        return id(subscription, name);
    }

    /** Its id as Azure spells it. */
    String armId() {
        return "/subscriptions/" + subscription + "/resourceGroups/" + name;
    }

    ResourceGroup withTags(ObjectNode newTags) {
        return new ResourceGroup(subscription, name, location, newTags.deepCopy(), goneAt);
    }

    ResourceGroup goneAt(Instant then) {
        return new ResourceGroup(subscription, name, location, tags, then);
    }

    ObjectNode shown() {
        ObjectNode group = JsonNodeFactory.instance.objectNode();
        group.put("id", armId());
        group.put("name", name);
        group.put("type", "Microsoft.Resources/resourceGroups");
        group.put("location", location);
        if (!tags.isEmpty()) {
            group.set("tags", tags.deepCopy());
        }
        group.putObject("properties").put("provisioningState", goneAt == null ? "Succeeded" : "Deleting");
        return group;
    }
}

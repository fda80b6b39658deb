package dev.kubeproxyfleet.schemas.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.kubeproxyfleet.schemas.view.ClusterSelection.Tag;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A role, for the whole fleet or for the clusters that have certain Azure tags. A bound is on what is changed; whoever has a role
 * sees the whole fleet.
 *
 * @param bound tags that a cluster must have, all of them; empty for the whole fleet
 */
public record Grant(Role role, List<Tag> bound) {

    public Grant {
        bound = List.copyOf(bound);
    }

    /**
     * @param text {@code <role>} or {@code <role>:<tag>=<value>,…}, for example {@code publisher:env=dev}
     * @throws IllegalArgumentException if it is neither; the message says what is wrong
     */
    @JsonCreator
    public static Grant parse(String text) {
        String[] parts = text.split(":", 2);
        Role role = Role.parse(parts[0])
                .orElseThrow(() -> new IllegalArgumentException("'" + parts[0] + "' is none of the roles "
                        + Arrays.stream(Role.values()).map(Role::text).collect(Collectors.joining(", "))));
        return new Grant(role, parts.length == 1 ? List.of() : Tag.parseAll(parts[1]));
    }

    /** What {@link #parse} reads. */
    @JsonValue
    public String text() {
        return bound.isEmpty()
                ? role.text()
                : role.text()
                        + bound.stream()
                                .map(tag -> tag.name() + "=" + tag.value())
                                .collect(Collectors.joining(",", ":", ""));
    }

    /** Whether it is about a cluster with these Azure tags. */
    public boolean covers(Map<String, String> tags) {
        return bound.stream().allMatch(tag -> tag.value().equals(tags.get(tag.name())));
    }
}

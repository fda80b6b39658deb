package dev.kubeproxyfleet.simulator.issuer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * Somebody who can sign in, without a password.
 *
 * @param name to choose by, and before the {@code @} of {@code preferred_username}
 * @param displayName claim {@code name}
 * @param roles app roles that the user has, as the claim {@code roles} lists them
 * @param groups object ids of groups
 */
public record User(String name, String displayName, List<String> roles, List<String> groups) {

    /** Groups that a token lists; of a user in more of them it only says so, as Entra's do. */
    static final int MAX_GROUPS = 200;

    /** One for each role; the publisher is bounded to {@code env=dev}. */
    public static final List<User> OF_EACH_ROLE = List.of(
            new User("vera", "Vera Viewer", List.of("viewer"), List.of()),
            new User("otto", "Otto Operator", List.of("operator"), List.of()),
            new User("petra", "Petra Publisher", List.of("publisher:env=dev"), List.of()),
            new User("anna", "Anna Approver", List.of("approver"), List.of()),
            new User("adam", "Adam Admin", List.of("admin"), List.of()));

    public User {
        roles = List.copyOf(roles);
        groups = List.copyOf(groups);
    }

    /** A user without a role, in this many groups. */
    public static User inGroups(String name, int groups) {
        return new User(
                name,
                "Member of many groups",
                List.of(),
                java.util.stream.IntStream.range(0, groups)
                        .mapToObj(i -> id("group " + i))
                        .toList());
    }

    /** Claim {@code oid}, the same one at each start. */
    public String objectId() {
        return id("user " + name);
    }

    String address() {
        return name + "@fleet.example";
    }

    static String id(String of) {
        return UUID.nameUUIDFromBytes(of.getBytes(StandardCharsets.UTF_8)).toString();
    }
}

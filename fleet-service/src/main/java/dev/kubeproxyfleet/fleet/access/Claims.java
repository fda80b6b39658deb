package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the claims of a token say of its holder.
 *
 * @param nameClaim has the name for people; without it the subject is the name
 * @param roleClaim has the roles or groups, a text or a list of them; a path of members with slashes between them
 * @param grants what a role or group grants here; where none is given, the claim's values are grants themselves
 */
public record Claims(String nameClaim, String roleClaim, Map<String, List<Grant>> grants) {

    /** Of OpenID Connect: claims that are to be had elsewhere, and which Entra so leaves out of a token for being too many. */
    private static final String ELSEWHERE = "_claim_names";

    /** What Entra calls somebody in every application; its {@code sub} is another one in each. */
    private static final String OBJECT_ID = "oid";

    public Claims {
        grants = Map.copyOf(grants);
    }

    /** Who holds a token. */
    public sealed interface Holder {

        record Known(Caller caller) implements Holder {}

        /** The issuer has left out the groups, because they are too many for a token. */
        record TooManyGroups(Caller caller) implements Holder {}
    }

    /** @param claims of a token that is valid, as JSON has them */
    public Holder holder(Map<String, Object> claims, Instant expiresAt) {
        Object values = at(claims, roleClaim);
        String subject = String.valueOf(claims.getOrDefault(OBJECT_ID, claims.get("sub")));
        String name = claims.get(nameClaim) instanceof String text && !text.isBlank() ? text : subject;
        Caller caller = new Caller(
                true,
                subject,
                name,
                texts(values).flatMap(this::granted).distinct().toList(),
                expiresAt);
        return values == null
                        && claims.get(ELSEWHERE) instanceof Map<?, ?> elsewhere
                        && elsewhere.containsKey(roleClaim)
                ? new Holder.TooManyGroups(caller)
                : new Holder.Known(caller);
    }

    private Stream<Grant> granted(String value) {
        if (!grants.isEmpty()) {
            return grants.getOrDefault(value, List.of()).stream();
        }
        try {
            return Stream.of(Grant.parse(value));
        } catch (IllegalArgumentException e) {
            // A role for something else, such as an issuer gives to everybody.
            return Stream.empty();
        }
    }

    private static @Nullable Object at(Map<String, Object> claims, String path) {
        if (claims.containsKey(path)) {
            return claims.get(path);
        }
        Object found = claims;
        for (String member : path.split("/", -1)) {
            found = found instanceof Map<?, ?> object ? object.get(member) : null;
        }
        return found;
    }

    private static Stream<String> texts(@Nullable Object values) {
        List<Object> all = new ArrayList<>();
        if (values instanceof Collection<?> several) {
            several.stream().filter(Objects::nonNull).forEach(all::add);
        } else if (values != null) {
            all.add(values);
        }
        return all.stream().filter(String.class::isInstance).map(String.class::cast);
    }
}

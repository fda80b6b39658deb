package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.message.Attribution;
import org.jspecify.annotations.Nullable;

/** How the audit trail and rollouts name who has done something. */
public final class Actors {

    private static final String UNKNOWN = "somebody";
    private static final String CLAIM = UNKNOWN + " who says to be ";

    private Actors() {}

    /** Somebody whom the API knows: with the subject, which nobody else can have, where there is a login. */
    public static String of(Caller caller) {
        if (caller.subject() == null || caller.subject().equals(caller.name())) {
            return Attribution.actor(caller.name());
        }
        // A name may be long, and may look like another one with its subject: what is cut off is never the subject.
        String subject = " (" + caller.subject() + ")";
        int left = Math.max(0, Attribution.MAX_ACTOR_LENGTH - subject.codePointCount(0, subject.length()));
        String name = caller.name();
        return Attribution.actor(name.substring(
                        0, name.offsetByCodePoints(0, Math.min(left, name.codePointCount(0, name.length()))))
                + subject);
    }

    /** Somebody for whom nobody vouches. @param name which a record gives its author; null if it gives none */
    static String claimed(@Nullable String name) {
        return name == null ? UNKNOWN : Attribution.actor(CLAIM + name);
    }

    /** Whether it was known who it is. Whose true name begins like a claim counts as unknown. */
    public static boolean isKnown(String actor) {
        return !actor.equals(UNKNOWN) && !actor.startsWith(CLAIM);
    }
}

package dev.kubeproxyfleet.schemas.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks of a rollout. Topic {@code commands}, key {@link #config()}; answered by an {@link AuditRecord} whose
 * {@code requestId} is {@link #id()}.
 *
 * @param id unique; the same id twice is done once
 * @param rollout the rollout meant; null for the config's latest. A command for one that is no longer the latest is refused
 * @param actor who asks
 * @param reason why, in the actor's words
 */
public record Command(
        String id,
        String config,
        @Nullable String rollout,
        Action action,
        String actor,
        @Nullable String reason,
        Instant at) {

    public static final String TYPE = "dev.kubeproxyfleet.command.v1";

    /** What can be asked. */
    public enum Action {
        Pause,
        Resume,
        Abort,
        Approve
    }
}

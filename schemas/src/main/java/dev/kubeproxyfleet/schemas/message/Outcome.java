package dev.kubeproxyfleet.schemas.message;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of an {@link Operation}. Topic {@code outcomes}, key {@link #config()}. Delivered at least once. Codes and messages
 * are cut to {@link Limits}: they may be others' words.
 *
 * @param at when the worker knew
 */
public record Outcome(
        String config, String rollout, long generation, String cluster, int attempt, Result result, Instant at) {

    public static final String TYPE = "dev.kubeproxyfleet.outcome.v1";

    public Outcome {
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(rollout, "rollout");
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(at, "at");
        if (config.isEmpty() || generation < 1) {
            throw new IllegalArgumentException("config is empty or generation is less than 1");
        }
        Limits.checkText("config", config, Limits.MAX_NAME_LENGTH);
        Limits.checkText("rollout", rollout, Limits.MAX_ID_LENGTH);
        Limits.checkText("cluster", cluster, Limits.MAX_RESOURCE_ID_LENGTH);
        Limits.checkTime("at", at);
    }

    /** The result of an operation; all but {@link Waiting} are final for the attempt. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Waiting.class, name = "Waiting"),
        @JsonSubTypes.Type(value = Applied.class, name = "Applied"),
        @JsonSubTypes.Type(value = Delivered.class, name = "Delivered"),
        @JsonSubTypes.Type(value = Failed.class, name = "Failed"),
        @JsonSubTypes.Type(value = Skipped.class, name = "Skipped"),
        @JsonSubTypes.Type(value = Gone.class, name = "Gone")
    })
    public sealed interface Result {}

    /** The worker goes on trying and says what it waits for, with ARM's code where ARM gave one. */
    public record Waiting(ReasonCode code, String message) implements Result {

        public Waiting {
            Objects.requireNonNull(code, "code");
            message = Limits.cut(Objects.requireNonNull(message, "message"), Limits.MAX_MESSAGE_LENGTH);
        }
    }

    /**
     * ARM shows the desired configuration.
     *
     * @param before what ARM showed before the write
     * @param changed false if it was right already and nothing was written
     */
    public record Applied(KubeProxyConfig before, boolean changed) implements Result {

        public Applied {
            Objects.requireNonNull(before, "before");
        }
    }

    /**
     * The cluster's Kubernetes API has the desired agents, or none if that is desired. Whether they run shows later.
     *
     * @param before what it had before they were written; null if that cannot be told
     * @param changed false if it was right already and nothing was written
     */
    public record Delivered(@Nullable AgentConfig before, boolean changed) implements Result {}

    /** It cannot be done; {@code code} and {@code message} are ARM's or Kubernetes' where they gave them. */
    public record Failed(ReasonCode code, String message) implements Result {

        public Failed {
            Objects.requireNonNull(code, "code");
            message = Limits.cut(Objects.requireNonNull(message, "message"), Limits.MAX_MESSAGE_LENGTH);
        }
    }

    /** Nothing was done because the cluster cannot be changed now: stopped, locked. */
    public record Skipped(ReasonCode code, String message) implements Result {

        public Skipped {
            Objects.requireNonNull(code, "code");
            message = Limits.cut(Objects.requireNonNull(message, "message"), Limits.MAX_MESSAGE_LENGTH);
        }
    }

    /** The cluster no longer exists. */
    public record Gone() implements Result {}
}

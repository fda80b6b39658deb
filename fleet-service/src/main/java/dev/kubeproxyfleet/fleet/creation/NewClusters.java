package dev.kubeproxyfleet.fleet.creation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.ClusterCreation;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.intake.StatedReason;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.NewCluster;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Creates clusters with the kube-proxy configuration that a config has now, however that was asked for, and keeps account. */
public final class NewClusters {

    /** How long a config is waited for that was published right before: what is in force is known a moment later. */
    static final Duration READ_MODEL_LAG = Duration.ofSeconds(5);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    /**
     * Who asks, and how.
     *
     * @param reason why, where the body does not say
     * @param patience zero for one try
     */
    public record Asker(
            String actor, @Nullable String reason, @Nullable String requestId, Duration patience) {}

    /** What came of it. */
    public sealed interface Handled {

        /**
         * Nothing was asked of ARM, and nothing is on record.
         *
         * @param message one sentence for people that says what to do
         * @param path JSON pointer into the body, where one field of it is at fault
         */
        record NotTaken(
                ReasonCode code, String message, @Nullable String path) implements Handled {}

        /**
         * Done or refused.
         *
         * @param cluster ARM resource id
         * @param kept completes once it is on record, exceptionally if it may not be
         */
        record Audited(String cluster, AuditRecord record, CompletableFuture<Void> kept) implements Handled {}
    }

    /** {@link ClusterCreation#create}. */
    @FunctionalInterface
    public interface Creation {
        ClusterCreation.Result create(String id, JsonNode cluster, KubeProxyConfig kubeProxy, Duration patience);
    }

    private final FleetView view;
    private final Creation creation;
    private final Function<AuditRecord, CompletableFuture<Void>> audit;
    private final Pause pause;
    private final InstantSource clock;

    /** @param audit completes once the record is kept */
    public NewClusters(
            FleetView view,
            Creation creation,
            Function<AuditRecord, CompletableFuture<Void>> audit,
            Pause pause,
            InstantSource clock) {
        this.view = view;
        this.creation = creation;
        this.audit = audit;
        this.pause = pause;
        this.clock = clock;
    }

    /** @param request a {@link NewCluster} in JSON */
    public Handled create(byte @Nullable [] request, Asker asker) {
        if (request != null && request.length > Topic.ASKED_MAX_BYTES) {
            return invalid(
                    null,
                    "the body has " + request.length + " bytes; at most " + Topic.ASKED_MAX_BYTES + " are allowed");
        }
        JsonNode asked;
        try {
            asked = Json.EXACT.readTree(request == null ? new byte[0] : request);
        } catch (JsonProcessingException e) {
            return invalid(null, "the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return invalid(null, "the body could not be read: " + e.getMessage());
        }
        if (!asked.path("id").isTextual()
                || !asked.path("config").isTextual()
                || !asked.path("cluster").isObject()) {
            return invalid(null, "the body is {\"id\": …, \"config\": …, \"cluster\": {…}}");
        }
        if (!Limits.isText(asked.path("id").asText(), Limits.MAX_RESOURCE_ID_LENGTH)) {
            return invalid(
                    "/id",
                    "no resource id has control characters, or more than " + Limits.MAX_RESOURCE_ID_LENGTH
                            + " characters");
        }
        if (!Limits.isName(asked.path("config").asText())) {
            return invalid(
                    "/config",
                    "no config has such a name: names have lower-case letters, digits and '-', at most "
                            + Limits.MAX_NAME_LENGTH);
        }
        return switch (StatedReason.in(asked)) {
            case StatedReason.Unreadable(String message) -> invalid("/reason", message);
            case StatedReason.Given reason ->
                create(
                        new NewCluster(
                                asked.path("id").asText(),
                                asked.path("config").asText(),
                                asked.path("cluster"),
                                reason.text() == null ? asker.reason() : reason.text()),
                        asker);
        };
    }

    private Handled create(NewCluster asked, Asker asker) {
        Instant deadline = clock.instant().plus(asker.patience());
        Optional<KubeProxyConfig> kubeProxy = inForce(asked.config(), asker.patience());
        if (kubeProxy.isEmpty()) {
            return new Handled.NotTaken(
                    RequestReason.UnknownConfig,
                    "no kube-proxy configuration " + asked.config()
                            + " is in force; see what is with kpfleet get configs",
                    null);
        }
        Duration left = Duration.between(clock.instant(), deadline);
        return switch (creation.create(asked.id(), asked.cluster(), kubeProxy.get(), left)) {
            case ClusterCreation.Result.Invalid(String path, String message) -> invalid(path, message);
            case ClusterCreation.Result.Begun(String state) ->
                audited(
                        asked,
                        asker,
                        Verdict.Done,
                        AnswerReason.ClusterCreating,
                        asked.id() + " is being created with "
                                + kubeProxy.get().effective().describe() + "; provisioningState is " + state);
            case ClusterCreation.Result.Exists _ ->
                audited(
                        asked,
                        asker,
                        Verdict.Refused,
                        AnswerReason.ClusterExists,
                        asked.id() + " exists already and was left alone; a configuration that selects it changes it");
            case ClusterCreation.Result.Refused(ArmResult.ArmError error) ->
                audited(asked, asker, Verdict.Refused, error.code(), error.message());
            case ClusterCreation.Result.Unknown(ArmResult.ArmError error) ->
                audited(
                        asked,
                        asker,
                        Verdict.Refused,
                        error.code(),
                        "ARM gave no answer, so the cluster may be on its way; look for it before you ask again ("
                                + error.message() + ")");
        };
    }

    private Optional<KubeProxyConfig> inForce(String name, Duration patience) {
        Instant deadline = clock.instant().plus(patience.compareTo(READ_MODEL_LAG) < 0 ? patience : READ_MODEL_LAG);
        while (true) {
            Optional<KubeProxyConfig> found = view.configs().stream()
                    .filter(config -> config.name().equals(name))
                    .flatMap(config -> Stream.ofNullable(config.spec().kubeProxy()))
                    .findFirst();
            if (found.isPresent() || !clock.instant().isBefore(deadline)) {
                return found;
            }
            pause.sleep(LOOK_AGAIN);
        }
    }

    private Handled audited(NewCluster asked, Asker asker, Verdict verdict, ReasonCode code, String message) {
        AuditRecord record = new AuditRecord(
                asker.requestId(),
                asked.config(),
                null,
                asked.id(),
                "CreateCluster",
                asker.actor(),
                asked.reason(),
                verdict,
                code,
                message,
                clock.instant());
        return new Handled.Audited(asked.id(), record, audit.apply(record));
    }

    private static Handled invalid(@Nullable String path, String message) {
        return new Handled.NotTaken(RequestReason.InvalidRequest, message, path);
    }
}

package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.ClusterCreation;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.NewCluster;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Creates clusters with the kube-proxy configuration that a config has now, however that was asked for, and keeps account. */
final class NewClusters {

    static final String INVALID_REQUEST = "InvalidRequest";
    static final String UNKNOWN_CONFIG = "UnknownConfig";

    /** Who asks, and how. */
    record Asker(String actor, @Nullable String requestId, Duration patience) {}

    /** What came of it. */
    sealed interface Answer {

        /** Nothing was asked of ARM, and nothing is on record. */
        record NotTaken(ApiError why) implements Answer {}

        /** Done or refused by ARM; on record. */
        record Audited(AuditRecord record) implements Answer {}
    }

    /** {@link ClusterCreation#create}. */
    @FunctionalInterface
    interface Creation {
        ClusterCreation.Result create(String id, JsonNode cluster, KubeProxyConfig kubeProxy, Duration patience);
    }

    private final FleetView view;
    private final Creation creation;
    private final Consumer<AuditRecord> audit;
    private final InstantSource clock;

    NewClusters(FleetView view, Creation creation, Consumer<AuditRecord> audit, InstantSource clock) {
        this.view = view;
        this.creation = creation;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param request a {@link NewCluster} in JSON */
    Answer create(byte @Nullable [] request, Asker asker) {
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
        return switch (Reason.in(asked)) {
            case Reason.Unreadable(String message) -> invalid("/reason", message);
            case Reason.Given reason ->
                create(
                        new NewCluster(
                                asked.path("id").asText(),
                                asked.path("config").asText(),
                                asked.path("cluster"),
                                reason.orNull()),
                        asker);
        };
    }

    private Answer create(NewCluster asked, Asker asker) {
        Optional<KubeProxyConfig> kubeProxy = view.configs().stream()
                .filter(config -> config.name().equals(asked.config()))
                .map(config -> config.spec().kubeProxy())
                .findFirst();
        if (kubeProxy.isEmpty()) {
            return new Answer.NotTaken(ApiError.of(
                    UNKNOWN_CONFIG, "no configuration " + asked.config() + " is in force; see GET /api/v1/configs"));
        }
        return switch (creation.create(asked.id(), asked.cluster(), kubeProxy.get(), asker.patience())) {
            case ClusterCreation.Result.Invalid(String path, String message) -> invalid(path, message);
            case ClusterCreation.Result.Begun(String state) ->
                audited(
                        asked,
                        asker,
                        Verdict.Done,
                        "ClusterCreating",
                        asked.id() + " is being created with "
                                + kubeProxy.get().effective().describe() + "; provisioningState is " + state);
            case ClusterCreation.Result.Exists _ ->
                audited(
                        asked,
                        asker,
                        Verdict.Refused,
                        "ClusterExists",
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

    private Answer audited(NewCluster asked, Asker asker, Verdict verdict, String code, String message) {
        AuditRecord record = new AuditRecord(
                asker.requestId(),
                asked.config(),
                null,
                "CreateCluster",
                asker.actor(),
                asked.reason(),
                verdict,
                code,
                message,
                clock.instant());
        audit.accept(record);
        return new Answer.Audited(record);
    }

    private static Answer invalid(@Nullable String path, String message) {
        return new Answer.NotTaken(new ApiError(INVALID_REQUEST, message, path, null));
    }
}

package dev.kubeproxyfleet.fleet.controller;

import static java.util.Map.entry;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutState;
import dev.kubeproxyfleet.fleet.rollout.StageState;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * The JSON in which the core's states are stored: each sealed family by a name for each of its records, and the clusters of a
 * rollout as {@link StoredCluster}. What reads what another version has stored, see {@link StateFormat}.
 */
final class StateJson {

    static final List<Class<?>> FAMILIES =
            List.of(RolloutState.class, StageState.class, ClusterState.class, Cost.class);

    /** What the states are called in stores. A class may get another name; a name in a store may not. */
    private static final Map<Class<?>, String> NAMES = Map.ofEntries(
            entry(RolloutState.Planned.class, "Planned"),
            entry(RolloutState.Running.class, "Running"),
            entry(RolloutState.Paused.class, "Paused"),
            entry(RolloutState.RollingBack.class, "RollingBack"),
            entry(RolloutState.Succeeded.class, "Succeeded"),
            entry(RolloutState.Failed.class, "Failed"),
            entry(RolloutState.Aborted.class, "Aborted"),
            entry(RolloutState.Superseded.class, "Superseded"),
            entry(RolloutState.RolledBack.class, "RolledBack"),
            entry(StageState.Waiting.class, "Waiting"),
            entry(StageState.AwaitingApproval.class, "AwaitingApproval"),
            entry(StageState.Updating.class, "Updating"),
            entry(StageState.Baking.class, "Baking"),
            entry(StageState.Done.class, "Done"),
            entry(ClusterState.Waiting.class, "Waiting"),
            entry(ClusterState.Updating.class, "Updating"),
            entry(ClusterState.Verifying.class, "Verifying"),
            entry(ClusterState.Converged.class, "Converged"),
            entry(ClusterState.Failed.class, "Failed"),
            entry(ClusterState.Skipped.class, "Skipped"),
            entry(ClusterState.RolledBack.class, "RolledBack"),
            entry(Cost.Running.class, "Running"),
            entry(Cost.Settling.class, "Settling"),
            entry(Cost.Told.class, "Told"));

    private static final JsonMapper MAPPER = mapper();

    private StateJson() {}

    static byte[] write(Object state) {
        try {
            return MAPPER.writeValueAsBytes(state);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(
                    "a state that cannot be stored: " + state.getClass().getName(), e);
        }
    }

    static <T> T read(byte[] stored, Class<T> type) {
        try {
            return MAPPER.readValue(stored, type);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "a stored " + type.getSimpleName() + " that this version cannot read; was the service downgraded?",
                    e);
        }
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = Json.MAPPER.copy();
        for (Class<?> family : FAMILIES) {
            mapper.addMixIn(family, ByName.class);
        }
        NAMES.forEach((state, name) -> mapper.registerSubtypes(new NamedType(state, name)));
        mapper.addMixIn(RolloutCluster.class, AsStored.class);
        return mapper;
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
    private interface ByName {}

    @JsonSerialize(converter = StoredCluster.Writing.class)
    @JsonDeserialize(converter = StoredCluster.Reading.class)
    private interface AsStored {}
}

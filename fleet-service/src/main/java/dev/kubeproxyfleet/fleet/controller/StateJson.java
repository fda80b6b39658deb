package dev.kubeproxyfleet.fleet.controller;

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

/**
 * The JSON in which the core's states are stored: each sealed family by the simple name of its record, and the clusters of a
 * rollout as {@link StoredCluster}.
 */
final class StateJson {

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
        for (Class<?> family : List.of(RolloutState.class, StageState.class, ClusterState.class, Cost.class)) {
            mapper.addMixIn(family, ByName.class);
            registerPermitted(mapper, family);
        }
        mapper.addMixIn(RolloutCluster.class, AsStored.class);
        return mapper;
    }

    private static void registerPermitted(JsonMapper mapper, Class<?> sealed) {
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                registerPermitted(mapper, permitted);
            } else {
                mapper.registerSubtypes(new NamedType(permitted, permitted.getSimpleName()));
            }
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
    private interface ByName {}

    @JsonSerialize(converter = StoredCluster.Writing.class)
    @JsonDeserialize(converter = StoredCluster.Reading.class)
    private interface AsStored {}
}

package dev.kubeproxyfleet.schemas.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.limit.Limits;
import java.io.IOException;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON of a message as its record declares it, whoever wrote the bytes: what is not {@code @Nullable} is there, in records within
 * records and in lists too, and every time and duration is one that can be reckoned with. Jackson alone leaves null what is missing, and
 * whoever uses it next would fail. Thread-safe.
 */
public final class Contract {

    private static final Duration LONGEST = Duration.between(Limits.EARLIEST, Limits.LATEST);

    private static final Map<Class<?>, List<Part>> PARTS = new ConcurrentHashMap<>();

    /** A component of a record: how to get it, and what must hold of it. */
    private record Part(String name, Method accessor, AnnotatedType type) {}

    private Contract() {}

    /** @throws IOException if the bytes are no such record; its message says why, and may quote them */
    public static <T extends Record> T read(byte[] json, Class<T> type) throws IOException {
        return checked(Json.MAPPER.readValue(json, type));
    }

    /**
     * The same of a tree, in which numbers and flags are there too: Jackson makes 0 and false of those that are missing.
     *
     * @throws JsonProcessingException if the tree is no such record; its message says why, and may quote it
     */
    public static <T extends Record> T of(JsonNode json, Class<T> type) throws JsonProcessingException {
        T read = checked(Json.MAPPER.treeToValue(json, type));
        checkPrimitives(json, type, "");
        return read;
    }

    private static <T extends Record> T checked(@Nullable T read) throws JsonProcessingException {
        if (read == null) {
            throw broken("it is null");
        }
        check(read, "");
        return read;
    }

    private static JsonProcessingException broken(String why) {
        return new JsonMappingException(null, why);
    }

    private static void checkPrimitives(JsonNode json, Type type, String path) throws JsonProcessingException {
        if (type instanceof ParameterizedType generic) {
            // The last argument of a list is of its elements, and that of a map is of its values.
            Type each = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            for (JsonNode element : json) {
                checkPrimitives(element, each, path + "/-");
            }
        } else if (type instanceof Class<?> record && record.isRecord() && json.isObject()) {
            for (Part part : PARTS.computeIfAbsent(record, Contract::parts)) {
                checkPrimitives(json, part, path);
            }
        }
    }

    private static void checkPrimitives(JsonNode json, Part part, String path) throws JsonProcessingException {
        Class<?> type = part.accessor().getReturnType();
        if (part.accessor().isAnnotationPresent(JsonUnwrapped.class)) {
            checkPrimitives(json, type, path);
        } else if (!type.isPrimitive()) {
            checkPrimitives(json.path(part.name()), part.accessor().getGenericReturnType(), path + "/" + part.name());
        } else if (!json.hasNonNull(part.name()) && !part.accessor().isAnnotationPresent(JsonInclude.class)) {
            throw broken(path + "/" + part.name() + " is missing");
        }
    }

    private static void check(Object value, String path) throws JsonProcessingException {
        switch (value) {
            case Instant time
            when time.isBefore(Limits.EARLIEST) || time.isAfter(Limits.LATEST) ->
                throw broken(path + " is not between " + Limits.EARLIEST + " and " + Limits.LATEST);
            case Duration span
            when span.abs().compareTo(LONGEST) > 0 -> throw broken(path + " is longer than " + LONGEST);
            case JsonNode _ -> {}
            case Record record -> {
                for (Part part : PARTS.computeIfAbsent(record.getClass(), Contract::parts)) {
                    check(value(part, record), part.type(), path + "/" + part.name());
                }
            }
            default -> {}
        }
    }

    private static void check(@Nullable Object value, AnnotatedType type, String path) throws JsonProcessingException {
        if (value == null) {
            if (!type.isAnnotationPresent(Nullable.class)) {
                throw broken(path + " is missing");
            }
            return;
        }
        if (value instanceof Collection<?> list && type instanceof AnnotatedParameterizedType generic) {
            for (Object each : list) {
                check(each, generic.getAnnotatedActualTypeArguments()[0], path + "/-");
            }
        } else if (value instanceof Map<?, ?> map && type instanceof AnnotatedParameterizedType generic) {
            for (Object each : map.values()) {
                check(each, generic.getAnnotatedActualTypeArguments()[1], path + "/*");
            }
        } else {
            check(value, path);
        }
    }

    private static List<Part> parts(Class<?> type) {
        return Stream.of(type.getRecordComponents()).map(Contract::part).toList();
    }

    private static Part part(RecordComponent component) {
        Method accessor = component.getAccessor();
        accessor.setAccessible(true);
        return new Part(component.getName(), accessor, component.getAnnotatedType());
    }

    private static @Nullable Object value(Part part, Record record) {
        try {
            return part.accessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a record does not tell its " + part.name(), e);
        }
    }
}

package dev.kubeproxyfleet.fleet.controller;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which enums are in the records that are stored, and their constants: a version that does not know a constant cannot read it. */
final class StoredWords {

    private final Map<String, Set<String>> constants = new TreeMap<>();
    private final Set<Type> seen = new HashSet<>();

    private StoredWords() {}

    /** @return constants by the name of their enum */
    static Map<String, Set<String>> of(Class<?>... stored) {
        StoredWords words = new StoredWords();
        Stream.of(stored).forEach(words::visit);
        return words.constants;
    }

    private void visit(Type type) {
        if (!seen.add(type)) {
            return;
        }
        if (type instanceof ParameterizedType generic) {
            Stream.of(generic.getActualTypeArguments()).forEach(this::visit);
        } else if (type instanceof Class<?> each) {
            visit(each);
        }
    }

    /** Reasons are left out: one that is not known is read as a text. */
    private void visit(Class<?> type) {
        if (type == ReasonCode.class || type == JsonNode.class) {
            return;
        }
        if (type.isEnum()) {
            Set<String> names = constants.computeIfAbsent(type.getSimpleName(), _ -> new TreeSet<>());
            Stream.of(type.getEnumConstants()).forEach(constant -> names.add(((Enum<?>) constant).name()));
        } else if (type.isRecord()) {
            Stream.of(type.getRecordComponents())
                    .map(RecordComponent::getGenericType)
                    .forEach(this::visit);
        } else if (type.isSealed()) {
            Stream.of(type.getPermittedSubclasses()).forEach(this::visit);
        }
    }
}

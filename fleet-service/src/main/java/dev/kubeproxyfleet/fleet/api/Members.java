package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.filter.TokenFilter;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The members of a record that a client asks for; what it asks for as a whole comes with all that is in it. */
final class Members extends TokenFilter {

    private final Map<String, TokenFilter> wanted = new TreeMap<>();

    private Members() {}

    /**
     * @param fields dotted paths with commas between them; a path goes through lists to what is in each entry
     * @throws RefusedException if the record cannot have one of them
     */
    static Members of(String fields, Class<? extends Record> record) {
        Members members = new Members();
        for (String path : fields.split(",", -1)) {
            members.want(path, path, Json.MAPPER.constructType(record));
        }
        return members;
    }

    /** Of an object around such records: those below {@code around}, and {@code beside} as a whole. */
    static Members within(String around, Members below, String beside) {
        Members members = new Members();
        members.wanted.put(around, below);
        members.wanted.put(beside, TokenFilter.INCLUDE_ALL);
        return members;
    }

    private void want(String path, String rest, JavaType type) {
        int dot = rest.indexOf('.');
        String name = dot < 0 ? rest : rest.substring(0, dot);
        JavaType inner =
                type.isMapLikeType() ? type.getContentType() : known(type).get(name);
        if (inner == null) {
            throw unknown(path, name, type);
        }
        if (dot < 0) {
            wanted.put(name, TokenFilter.INCLUDE_ALL);
            return;
        }
        TokenFilter below = wanted.computeIfAbsent(name, _ -> new Members());
        if (below instanceof Members members) {
            members.want(path, rest.substring(dot + 1), element(inner));
        } else {
            new Members().want(path, rest.substring(dot + 1), element(inner));
        }
    }

    private static JavaType element(JavaType type) {
        return type.isCollectionLikeType() ? element(type.getContentType()) : type;
    }

    /** Every member that Jackson writes of a value of this type, with its own type. */
    private static Map<String, JavaType> known(JavaType type) {
        Map<String, JavaType> known = new TreeMap<>();
        if (type.getRawClass().isSealed()) {
            for (Class<?> one : type.getRawClass().getPermittedSubclasses()) {
                known.putAll(known(Json.MAPPER.constructType(one)));
            }
        } else if (type.getRawClass().isRecord()) {
            for (BeanPropertyDefinition member :
                    Json.MAPPER.getSerializationConfig().introspect(type).findProperties()) {
                if (member.getAccessor() == null) {
                    continue;
                }
                if (member.getAccessor().hasAnnotation(JsonUnwrapped.class)) {
                    known.putAll(known(member.getPrimaryType()));
                } else {
                    known.put(member.getName(), member.getPrimaryType());
                }
            }
        }
        return known;
    }

    private static RefusedException unknown(String path, String name, JavaType type) {
        Map<String, JavaType> known = known(type);
        return new RefusedException(
                RequestReason.QueryNotValid,
                known.isEmpty()
                        ? "fields has '%s', and nothing is below the member before '%s'".formatted(path, name)
                        : "fields has '%s', and there is no '%s'; there are %s"
                                .formatted(path, name, String.join(", ", known.keySet())));
    }

    @Override
    public @Nullable TokenFilter includeProperty(String name) {
        return wanted.get(name);
    }
}

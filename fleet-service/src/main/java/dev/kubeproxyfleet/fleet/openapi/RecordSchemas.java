package dev.kubeproxyfleet.fleet.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jspecify.annotations.Nullable;

/**
 * Schemas of records as {@link dev.kubeproxyfleet.schemas.json.Json} writes them: what is {@code @Nullable} is left out when it is
 * null, and so it is no required member; everything else is always there. Descriptions are the records' comments.
 */
final class RecordSchemas {

    private static final String REFERENCE = "#/components/schemas/";

    private final Map<String, Schema> named = new TreeMap<>();
    private final Map<String, Class<?>> types = new HashMap<>();

    /** Every record and enum that was referred to so far, by its name. */
    Map<String, Schema> named() {
        return named;
    }

    /** A schema for values of this type; for a record or an enum a reference to one of {@link #named()}. */
    Schema of(Type type) {
        return switch (type) {
            case ParameterizedType generic -> ofGeneric((Class<?>) generic.getRawType(), generic);
            case Class<?> plain -> ofClass(plain);
            default -> throw new IllegalArgumentException(type + " is no type of a contract");
        };
    }

    private Schema ofGeneric(Class<?> raw, ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        if (Collection.class.isAssignableFrom(raw)) {
            return OASFactory.createSchema().addType(SchemaType.ARRAY).items(of(arguments[0]));
        }
        if (Map.class.isAssignableFrom(raw)) {
            return OASFactory.createSchema().addType(SchemaType.OBJECT).additionalPropertiesSchema(of(arguments[1]));
        }
        throw new IllegalArgumentException(type + " is no type of a contract");
    }

    private Schema ofClass(Class<?> type) {
        if (type == String.class) {
            return OASFactory.createSchema().addType(SchemaType.STRING);
        }
        if (type == int.class || type == Integer.class) {
            return OASFactory.createSchema().addType(SchemaType.INTEGER).format("int32");
        }
        if (type == long.class || type == Long.class) {
            return OASFactory.createSchema().addType(SchemaType.INTEGER).format("int64");
        }
        if (type == double.class || type == Double.class) {
            return OASFactory.createSchema().addType(SchemaType.NUMBER).format("double");
        }
        if (type == boolean.class || type == Boolean.class) {
            return OASFactory.createSchema().addType(SchemaType.BOOLEAN);
        }
        if (type == Instant.class) {
            return OASFactory.createSchema().addType(SchemaType.STRING).format("date-time");
        }
        if (type == Duration.class) {
            return OASFactory.createSchema().addType(SchemaType.STRING).format("duration");
        }
        if (type == LocalTime.class) {
            return OASFactory.createSchema()
                    .addType(SchemaType.STRING)
                    .pattern("^[0-2][0-9]:[0-5][0-9](:[0-5][0-9].*)?$");
        }
        if (type == ZoneId.class) {
            return OASFactory.createSchema().addType(SchemaType.STRING).addExample("Europe/Amsterdam");
        }
        if (type == URI.class) {
            return OASFactory.createSchema().addType(SchemaType.STRING).format("uri");
        }
        if (type == Grant.class) {
            return OASFactory.createSchema().addType(SchemaType.STRING).addExample("publisher:env=dev");
        }
        if (type == ReasonCode.class) {
            return OASFactory.createSchema().addType(SchemaType.STRING);
        }
        if (JsonNode.class.isAssignableFrom(type)) {
            return OASFactory.createSchema();
        }
        return OASFactory.createSchema().ref(REFERENCE + define(type));
    }

    private String define(Class<?> type) {
        String name = nameOf(type);
        Class<?> known = types.putIfAbsent(name, type);
        if (known != null && known != type) {
            throw new IllegalStateException(
                    "the OpenAPI document would call both " + known + " and " + type + " " + name + "; rename one");
        }
        if (known == null) {
            named.put(name, definition(type));
        }
        return name;
    }

    /** A type within another one has both names. */
    private static String nameOf(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return (outer == null ? "" : nameOf(outer)) + type.getSimpleName();
    }

    private Schema definition(Class<?> type) {
        Javadoc comment = Javadoc.of(type);
        Schema schema;
        if (type == Amount.class) {
            schema = amount();
        } else if (type.isEnum()) {
            schema = OASFactory.createSchema()
                    .addType(SchemaType.STRING)
                    .enumeration(Arrays.stream(type.getEnumConstants())
                            .map(constant -> (Object) written((Enum<?>) constant))
                            .toList());
        } else if (type.isSealed()) {
            // Jackson tells the records apart by their members, and one of them may have those of another.
            schema = OASFactory.createSchema()
                    .anyOf(Arrays.stream(type.getPermittedSubclasses())
                            .map(this::ofClass)
                            .toList());
        } else if (type.isRecord()) {
            schema = OASFactory.createSchema().addType(SchemaType.OBJECT);
            members(type, schema);
        } else {
            throw new IllegalArgumentException(type + " is no type of a contract");
        }
        return schema.description(description(type, comment));
    }

    private static String written(Enum<?> constant) {
        return Json.MAPPER.valueToTree(constant).textValue();
    }

    private static @Nullable String description(Class<?> type, Javadoc comment) {
        String constants = !type.isEnum()
                ? ""
                : Arrays.stream(type.getEnumConstants())
                        .map(Enum.class::cast)
                        .filter(constant -> comment.constants().containsKey(constant.name()))
                        .map(constant -> "\n- `" + written(constant) + "`: "
                                + comment.constants().get(constant.name()))
                        .collect(Collectors.joining());
        String text = comment.text();
        return text == null && constants.isEmpty() ? null : (text == null ? "" : text) + constants;
    }

    private static Schema amount() {
        return OASFactory.createSchema()
                .oneOf(List.of(
                        OASFactory.createSchema()
                                .addType(SchemaType.INTEGER)
                                .format("int32")
                                .minimum(java.math.BigDecimal.ZERO),
                        OASFactory.createSchema().addType(SchemaType.STRING).pattern("^(100|[1-9]?[0-9])%$")));
    }

    /** Components, and after them what is derived from these and written too. */
    private void members(Class<?> record, Schema schema) {
        Javadoc comment = Javadoc.of(record);
        for (RecordComponent component : record.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                members(component.getType(), schema);
                continue;
            }
            Schema member = of(component.getGenericType());
            String description = comment.parameters().get(component.getName());
            schema.addProperty(component.getName(), description == null ? member : member.description(description));
            if (isAlwaysThere(component)) {
                schema.addRequired(component.getName());
            }
        }
        Arrays.stream(record.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(JsonProperty.class)
                        && !schema.getProperties().containsKey(method.getName()))
                .sorted(Comparator.comparing(Method::getName))
                .forEach(derived -> schema.addProperty(
                                derived.getName(),
                                of(derived.getGenericReturnType()).readOnly(true))
                        .addRequired(derived.getName()));
    }

    private static boolean isAlwaysThere(RecordComponent component) {
        AnnotatedType type = component.getAnnotatedType();
        return !type.isAnnotationPresent(Nullable.class)
                && !component.getAccessor().isAnnotationPresent(JsonInclude.class);
    }
}

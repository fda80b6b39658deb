package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An order of the rows of a list, and where each row stands in it.
 *
 * <p>Rows are compared by texts alone, so that a place among them can be given to a client and taken back. What is not known comes
 * last, whether its key ascends or descends; at last rows are told apart by their id.
 *
 * @param sort the keys as they were asked for
 */
record RowOrder<T>(String sort, List<Part<T>> parts, Function<T, String> id) {

    private static final Pattern NUMBERS = Pattern.compile("[0-9]{1,9}");

    /**
     * The keys that a list can be sorted by, each with its text for a row, which sorts as the key does.
     *
     * @param standard the order without any wish
     */
    record Keys<T>(Map<String, Function<T, @Nullable String>> byName, String standard, Function<T, String> id) {}

    private record Part<T>(Function<T, @Nullable String> key, boolean descends) {}

    /** Where a row stands: its text for each key, null where it is not known, and its id. */
    record Place(List<@Nullable String> keys, String id) {}

    /** @throws RefusedException if a key is not among {@code keys} */
    static <T> RowOrder<T> of(@Nullable String sort, Keys<T> keys) {
        String asked = sort == null || sort.isBlank() ? keys.standard() : sort;
        List<Part<T>> parts = new ArrayList<>();
        for (String text : asked.split(",", -1)) {
            boolean descends = text.startsWith("-");
            String name = descends ? text.substring(1) : text;
            Function<T, @Nullable String> key = keys.byName().get(name);
            if (key == null) {
                throw new RefusedException(
                        RequestReason.QueryNotValid,
                        "nothing is sorted by '%s'; the keys are %s, each with or without - before it"
                                .formatted(
                                        name,
                                        keys.byName().keySet().stream().sorted().collect(Collectors.joining(", "))));
            }
            parts.add(new Part<>(key, descends));
        }
        return new RowOrder<>(asked, parts, keys.id());
    }

    Place place(T row) {
        List<@Nullable String> keys = new ArrayList<>();
        parts.forEach(part -> keys.add(part.key().apply(row)));
        return new Place(keys, id.apply(row));
    }

    /** Of places of this order. */
    Comparator<Place> comparator() {
        return this::compare;
    }

    private int compare(Place one, Place other) {
        for (int i = 0; i < parts.size(); i++) {
            String left = one.keys().get(i);
            String right = other.keys().get(i);
            if (left == null || right == null) {
                if (left != right) {
                    return left == null ? 1 : -1;
                }
                continue;
            }
            int order = left.compareTo(right);
            if (order != 0) {
                return parts.get(i).descends() ? -order : order;
            }
        }
        return one.id().compareTo(other.id());
    }

    /** A text that sorts as numbers do that are not negative. */
    static String number(long number) {
        return "%019d".formatted(number);
    }

    /** A text that sorts as times do. */
    static String time(Instant time) {
        return number(time.getEpochSecond()) + "%09d".formatted(time.getNano());
    }

    /** A text that sorts as versions do: each number in it counts as one. */
    static String version(String version) {
        return NUMBERS.matcher(version).replaceAll(number -> "%09d".formatted(Integer.parseInt(number.group())));
    }
}

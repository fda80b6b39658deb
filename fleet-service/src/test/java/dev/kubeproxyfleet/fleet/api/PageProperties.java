package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

class PageProperties {

    record Row(String id, String place, @Nullable String state) {}

    private static final RowOrder.Keys<Row> KEYS =
            new RowOrder.Keys<>(Map.of("place", Row::place, "state", Row::state), "place", Row::id);

    @Property
    void pagesGluedTogetherAreTheWholeInOrder(
            @ForAll("rows") Map<String, Row> rows,
            @ForAll @IntRange(min = 1, max = 7) int limit,
            @ForAll("sorts") String sort) {
        List<Row> glued = new ArrayList<>();
        String token = null;
        do {
            Page<Row> page = page(rows, sort, limit, token);
            assertThat(page.total()).isEqualTo(rows.size());
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
            glued.addAll(page.rows());
            token = page.next();
        } while (token != null);

        assertThat(glued).isEqualTo(page(rows, sort, null, null).rows());
        assertThat(glued).containsExactlyInAnyOrderElementsOf(rows.values());
    }

    @Property
    void whatStaysAsItIsComesOnceWhateverHappensBetweenPages(
            @ForAll("rows") Map<String, Row> rows,
            @ForAll("changes") List<Map<String, Row>> changes,
            @ForAll @IntRange(min = 1, max = 5) int limit,
            @ForAll("sorts") String sort) {
        Map<String, Row> now = new TreeMap<>(rows);
        TreeSet<String> untouched = new TreeSet<>(rows.keySet());
        List<String> seen = new ArrayList<>();
        String token = null;
        int turn = 0;
        do {
            Page<Row> page = page(now, sort, limit, token);
            page.rows().forEach(row -> seen.add(row.id()));
            token = page.next();
            if (turn < changes.size()) {
                Map<String, Row> change = changes.get(turn++);
                change.forEach((id, row) -> {
                    untouched.remove(id);
                    // Every other change takes its row away.
                    if (row.place().length() % 2 == 0) {
                        now.remove(id);
                    } else {
                        now.put(id, row);
                    }
                });
            }
        } while (token != null);

        assertThat(seen.stream().filter(untouched::contains).toList()).containsExactlyInAnyOrderElementsOf(untouched);
    }

    @Property
    void whatIsNotKnownComesLastInBothDirections(@ForAll("rows") Map<String, Row> rows) {
        for (String sort : List.of("state", "-state")) {
            List<Row> sorted = page(rows, sort, null, null).rows();
            assertThat(sorted.stream().dropWhile(row -> row.state() != null))
                    .allSatisfy(row -> assertThat(row.state()).isNull());
        }
    }

    @Example
    void aTokenOfAnotherOrderOrSelectionOrOfNothingIsRefused() {
        Map<String, Row> rows = new TreeMap<>();
        for (String id : List.of("a", "b", "c")) {
            rows.put(id, new Row(id, "x", null));
        }
        String token = page(rows, "place", 1, null).next();

        assertThat(page(rows, "place", 1, token).rows()).extracting(Row::id).containsExactly("b");
        for (String foreign : List.of("", "%%", "bm8", "e30", "bnVsbA")) {
            assertThatThrownBy(() -> page(rows, "place", 1, foreign)).isInstanceOf(RefusedException.class);
        }
        assertThatThrownBy(() -> page(rows, "-place", 1, token)).hasMessageContaining("begin again without it");
        assertThatThrownBy(() -> Page.of(rows.values(), "another", RowOrder.of("place", KEYS), 1, token))
                .isInstanceOf(RefusedException.class);
    }

    @Example
    void versionsAndNumbersSortByWhatTheyAre() {
        assertThat(RowOrder.version("1.9.11")).isLessThan(RowOrder.version("1.33.2"));
        assertThat(RowOrder.version("1.33.2")).isLessThan(RowOrder.version("1.33.10"));
        assertThat(RowOrder.version("1.33.2")).isLessThan(RowOrder.version("1.33.2-preview"));
        assertThat(RowOrder.number(9)).isLessThan(RowOrder.number(10));
    }

    private static Page<Row> page(Map<String, Row> rows, String sort, @Nullable Integer limit, @Nullable String token) {
        return Page.of(rows.values(), "all", RowOrder.of(sort, KEYS), limit, token);
    }

    @Provide
    Arbitrary<String> sorts() {
        return Arbitraries.of("place", "-place", "state", "-state,place", "place,-state");
    }

    @Provide
    Arbitrary<Map<String, Row>> rows() {
        return row().list().ofMaxSize(20).map(rows -> {
            Map<String, Row> byId = new TreeMap<>();
            rows.forEach(row -> byId.put(row.id(), row));
            return byId;
        });
    }

    @Provide
    Arbitrary<List<Map<String, Row>>> changes() {
        return rows().list().ofMaxSize(6);
    }

    private static Arbitrary<Row> row() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.of("a", "b", "aa", "ab", "b\u00e4"),
                        Arbitraries.of("x", "y", "z").injectNull(0.3))
                .as((id, place, state) -> new Row("id" + id, place, state));
    }
}

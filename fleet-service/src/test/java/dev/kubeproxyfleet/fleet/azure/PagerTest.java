package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagerTest {

    private final List<@Nullable String> asked = new ArrayList<>();
    private final List<String> read = new ArrayList<>();

    @Test
    void readsToTheLastPage() {
        assertThat(read("b", "c", "")).isEqualTo(new Pager.End(3, null));
        assertThat(asked).containsExactly(null, "b", "c");
        assertThat(read).containsExactly("1", "2", "3");
    }

    /** The first page's own link is not known, so that one that leads to it is noticed when it comes again. */
    @ParameterizedTest
    @CsvSource({"b b, 2", "a b a, 3", "b c d b, 4"})
    void noticesAtOnceThatPagesLeadBack(String links, int pages) {
        Pager.End end = read(links.split(" "));

        assertThat(end.pages()).isEqualTo(pages);
        assertThat(end.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo("TooManyPages");
            assertThat(error.message()).isEqualTo("page " + pages + " leads back to one that was read already");
        });
    }

    @Test
    void readsNoMorePagesThanItMay() {
        String[] links = new String[20];
        for (int i = 0; i < links.length; i++) {
            links[i] = "link-" + i;
        }

        Pager.End end = read(links);

        assertThat(end.pages()).isEqualTo(10);
        assertThat(end.error())
                .isNotNull()
                .satisfies(error -> assertThat(error.message()).isEqualTo("more than 10 pages"));
    }

    @Test
    void endsWithArmsError() {
        ArmResult.ArmError error = new ArmResult.ArmError(403, "AuthorizationFailed", "no", null);

        assertThat(Pager.read(request -> error, ArmRequest.ListSubscriptions::new, 10, body -> true))
                .isEqualTo(new Pager.End(1, error));
    }

    @Test
    void endsWhereTheReaderWantsNoMore() {
        assertThat(Pager.read(answering("b", "c"), ArmRequest.ListSubscriptions::new, 10, body -> false))
                .isEqualTo(new Pager.End(1, null));
    }

    private Pager.End read(String... links) {
        return Pager.read(answering(links), ArmRequest.ListSubscriptions::new, 10, body -> {
            read.add(body.path("page").asText());
            return true;
        });
    }

    private Function<ArmRequest, ArmResult> answering(String... links) {
        return request -> {
            asked.add(((ArmRequest.ListSubscriptions) request).nextLink());
            return new ArmResult.Ok(
                    200,
                    FakeArm.json("{\"page\": " + asked.size() + ", \"nextLink\": \"" + links[asked.size() - 1] + "\"}"),
                    null,
                    null);
        };
    }
}

package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagerTest {

    private final List<@Nullable String> asked = new ArrayList<>();

    @Test
    void readsToTheLastPage() {
        Pager.Listed<String> listed = list("b", "c", "");

        assertThat(listed.items()).containsExactly("1", "2", "3");
        assertThat(listed.pages()).isEqualTo(3);
        assertThat(listed.error()).isNull();
        assertThat(asked).containsExactly(null, "b", "c");
    }

    /** The first page's own link is not known, so that one that leads to it is noticed when it comes again. */
    @ParameterizedTest
    @CsvSource({"b b, 2", "a b a, 3", "b c d b, 4"})
    void noticesAtOnceThatPagesLeadBack(String links, int pages) {
        Pager.Listed<String> listed = list(links.split(" "));

        assertThat(listed.pages()).isEqualTo(pages);
        assertThat(listed.error()).isNotNull().satisfies(error -> {
            assertThat(error.code()).isEqualTo(WorkerReason.TooManyPages);
            assertThat(error.message()).isEqualTo("page " + pages + " leads back to one that was read already");
        });
    }

    @Test
    void readsNoMorePagesThanItMay() {
        String[] links = new String[20];
        for (int i = 0; i < links.length; i++) {
            links[i] = "link-" + i;
        }

        Pager.Listed<String> listed = list(links);

        assertThat(listed.pages()).isEqualTo(10);
        assertThat(listed.error())
                .isNotNull()
                .satisfies(error -> assertThat(error.message()).isEqualTo("more than 10 pages"));
    }

    @Test
    void endsWithArmsError() {
        ArmResult.ArmError error = new ArmResult.ArmError(403, new AzureCode("AuthorizationFailed"), "no", null);

        assertThat(Pager.list(request -> error, ArmRequest.ListSubscriptions::new, 10, PagerTest::text))
                .isEqualTo(new Pager.Listed<>(List.of(), 1, error));
    }

    @Test
    void endsAtAPageWithoutAList() {
        Pager.Listed<String> listed = list(answer("{\"value\": [\"1\"], \"nextLink\": \"b\"}"), answer("{}"));

        assertThat(listed.items()).containsExactly("1");
        assertThat(listed.error())
                .isNotNull()
                .satisfies(error -> assertThat(error.code()).isEqualTo(WorkerReason.UnreadableAnswer));
    }

    @Test
    void anElementThatCannotBeReadMakesItIncomplete() {
        Pager.Listed<String> listed =
                list(answer("{\"value\": [7, \"1\"], \"nextLink\": \"b\"}"), answer("{\"value\": [\"2\"]}"));

        assertThat(listed.items()).containsExactly("1", "2");
        assertThat(listed.error())
                .isNotNull()
                .satisfies(error -> assertThat(error.code()).isEqualTo(WorkerReason.UnreadableAnswer));
    }

    /** A page for each link, with its number in it. */
    private Pager.Listed<String> list(String... links) {
        ArmResult[] answers = new ArmResult[links.length];
        for (int i = 0; i < links.length; i++) {
            answers[i] = answer("{\"value\": [\"" + (i + 1) + "\"], \"nextLink\": \"" + links[i] + "\"}");
        }
        return list(answers);
    }

    private Pager.Listed<String> list(ArmResult... answers) {
        return Pager.list(
                request -> {
                    asked.add(((ArmRequest.ListSubscriptions) request).nextLink());
                    return answers[asked.size() - 1];
                },
                ArmRequest.ListSubscriptions::new,
                10,
                PagerTest::text);
    }

    private static ArmResult answer(String body) {
        return new ArmResult.Ok(200, FakeArm.json(body), null, null);
    }

    private static Optional<String> text(JsonNode element) {
        return Optional.of(element).filter(JsonNode::isTextual).map(JsonNode::asText);
    }
}

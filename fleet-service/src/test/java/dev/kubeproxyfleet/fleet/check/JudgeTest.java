package dev.kubeproxyfleet.fleet.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.json.Json;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {

    private static final HttpCheck.InstantQuery AT_MOST = new HttpCheck.InstantQuery("errors", 0.05, null);
    private static final HttpCheck.InstantQuery BETWEEN = new HttpCheck.InstantQuery("up", 5.0, 2.0);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ok    | true  | {'ok': true}             | Good    | /ok is true",
                "/ok    | true  | {'ok': false}            | Bad     | /ok is false, not true",
                "/ok    | true  | {'ok': 'true'}           | Unknown | /ok is \"true\", which cannot be compared with true",
                "/ok    | true  | {'ok': null}             | Unknown | /ok is null, which cannot be compared with true",
                "/ok    | true  | {'ok': {}}               | Unknown | /ok is an object, which cannot be compared with true",
                "/ok    | true  | {'ok': [true]}           | Unknown | /ok is a list, which cannot be compared with true",
                "/ok    | true  | {'no': true}             | Unknown | the answer has no /ok",
                "/ok    | true  | true                     | Unknown | the answer has no /ok",
                "''     | true  | true                     | Good    | the answer is true",
                "/a/0/b | ~up~  | {'a': [{'b': 'up'}]}     | Good    | /a/0/b is \"up\"",
                "/a/0/b | ~up~  | {'a': [{'b': 'down'}]}   | Bad     | /a/0/b is \"down\", not \"up\"",
                "/n     | 1     | {'n': 1.0}               | Good    | /n is 1.0",
                "/n     | 1     | {'n': 2}                 | Bad     | /n is 2, not 1",
                "/n     | 1     | {'n': 1e999}             | Bad     | /n is Infinity, not 1",
                "/n     | 9007199254740993 | {'n': 9007199254740992} | Bad | /n is 9007199254740992, not 9007199254740993",
                "/ok    | true  | {'ok': true              | Unknown | the answer is no JSON",
                "/ok    | true  | {'ok': true} false       | Unknown | the answer is no JSON",
                "/ok    | true  | <html>                   | Unknown | the answer is no JSON",
                "/ok    | true  | ''                       | Unknown | the answer is no JSON",
            })
    void aValueIsComparedWithWhatIsExpected(String pointer, String expected, String body, String kind, String told)
            throws Exception {
        JsonNode value = Json.MAPPER.readTree(expected.replace('~', '"'));

        Measurement measurement = judge(new HttpCheck.JsonValue(pointer.replace("'", ""), value), 200, body);

        assertIs(measurement, kind, told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{'metric': {}, 'value': [1435781451.781, '0.01']}] | Good    | the query gave 0.01",
                "[{'metric': {}, 'value': [1435781451.781, '0.05']}] | Good    | the query gave 0.05",
                "[{'metric': {}, 'value': [1435781451.781, '0.07']}] | Bad     | the query gave 0.07, more than 0.05",
                "[{'metric': {}, 'value': [1435781451.781, '1e+06']}] | Bad    | the query gave 1e+06, more than 0.05",
                "[{'metric': {}, 'value': [1435781451.781, 'NaN']}]  | Unknown | the query gave NaN, which is no number to compare",
                "[{'metric': {}, 'value': [1435781451.781, '+Inf']}] | Unknown | the query gave +Inf, which is no number to compare",
                "[{'metric': {}, 'value': [1435781451.781, '-Inf']}] | Unknown | the query gave -Inf, which is no number to compare",
                "[{'metric': {}, 'value': [1435781451.781, '']}]     | Unknown | the query gave , which is no number to compare",
                "[{'metric': {}, 'value': [1435781451.781, 0.01]}]   | Unknown | the query results in no number",
                "[{'metric': {}, 'histogram': [1, {'count': '1'}]}]  | Unknown | the query results in no number",
                "[]                                                  | Unknown | the query found nothing",
                "[{'metric': {'a': '1'}, 'value': [1, '0']}, {'metric': {'a': '2'}, 'value': [1, '0']}] | Unknown | the query found 2 series; aggregate them into one, such as by sum()",
            })
    void aVectorOfOneSampleIsANumber(String result, String kind, String told) {
        assertIs(judge(AT_MOST, 200, success("vector", result)), kind, told);
    }

    @ParameterizedTest
    @CsvSource({
        "2, Good, the query gave 2",
        "5, Good, the query gave 5",
        "1.9, Bad, 'the query gave 1.9, less than 2.0'",
        "5.1, Bad, 'the query gave 5.1, more than 5.0'",
    })
    void aScalarIsHeldToBothBounds(String value, String kind, String told) {
        assertIs(judge(BETWEEN, 200, success("scalar", "[1435781460.781, '" + value + "']")), kind, told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"matrix | []", "string | [1, '0']", "streams | []"})
    void noOtherTypeOfResultIsANumber(String type, String result) {
        assertIs(
                judge(AT_MOST, 200, success(type, result)),
                "Unknown",
                "the query results in a " + type + ", not in a number");
    }

    /** Thanos and others answer with what they have, and a warning that a part is missing. */
    @Test
    void aNumberWithAWarningIsNotTrusted() {
        String answer = success("vector", "[{'metric': {}, 'value': [1, '0']}]");

        assertIs(
                judge(AT_MOST, 200, answer.replaceFirst("}$", ", 'warnings': ['store a: timeout']}")),
                "Unknown",
                "Prometheus warns: store a: timeout");
        assertThat(judge(AT_MOST, 200, answer.replaceFirst("}$", ", 'warnings': [], 'infos': ['no counter']}")))
                .isInstanceOf(Measurement.Good.class);
    }

    @Test
    void whatPrometheusSaysOfAnErrorIsPassedOn() {
        String error = "{'status': 'error', 'errorType': 'bad_data', 'error': 'parse\\nerror'}";

        assertIs(judge(AT_MOST, 422, error), "Unknown", "the answer has status 422: parse error");
        assertIs(judge(AT_MOST, 200, error), "Unknown", "Prometheus says: parse error");
        assertIs(judge(AT_MOST, 200, "{}"), "Unknown", "Prometheus says: nothing that could be read");
    }

    @ParameterizedTest
    @CsvSource({"204", "301", "302", "404", "500", "503"})
    void onlyAnAnswerThatSaysOkIsOne(int status) {
        Measurement measurement = judge(
                new HttpCheck.JsonValue("/ok", Json.MAPPER.getNodeFactory().booleanNode(true)),
                status,
                status == 204 ? "" : "{'ok': true}");

        assertIs(measurement, "Unknown", status == 204 ? "the answer is no JSON" : "the answer has status " + status);
    }

    @Property
    void whateverTheBytesTheyAreJudged(@ForAll byte[] body) {
        assertThat(Judge.judge(AT_MOST, 200, body)).isInstanceOf(Measurement.Unknown.class);
        assertThat(Judge.judge(AT_MOST, 500, body)).isInstanceOf(Measurement.Unknown.class);
    }

    @Test
    void aLongTextIsCut() {
        String told =
                judge(AT_MOST, 500, "{'error': '" + "x".repeat(10_000) + "'}").told();

        assertThat(told).hasSizeLessThan(Judge.MAX_SHOWN + 50).endsWith("x…");
    }

    private static void assertIs(Measurement measurement, String kind, String told) {
        assertThat(measurement.getClass().getSimpleName() + ": " + measurement.told())
                .isEqualTo(kind + ": " + told);
    }

    private static String success(String type, String result) {
        return "{'status': 'success', 'data': {'resultType': '" + type + "', 'result': " + result + "}}";
    }

    private static Measurement judge(HttpCheck.Expectation expectation, int status, String body) {
        return Judge.judge(expectation, status, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}

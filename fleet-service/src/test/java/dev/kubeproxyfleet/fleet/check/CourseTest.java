package dev.kubeproxyfleet.fleet.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A measurement is written as one letter: (g)ood, (b)ad, (u)nknown, (r)efused; a capital one began after the bake. */
class CourseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // measurements | failureLimit | consecutiveErrorLimit | verdict | reason
                "gg        | 0 | 0 | -            | -",
                "ggggg     | 0 | 0 | -            | -",
                "ggG       | 0 | 0 | Pass         | g; 0 of 3 measurements failed",
                "GGG       | 0 | 0 | Pass         | g; 0 of 3 measurements failed",
                "ggggggG   | 0 | 0 | Pass         | g; 0 of 7 measurements failed",
                "gb        | 0 | 0 | Fail         | b; 1 of 2 measurements failed, 0 may",
                "b         | 0 | 0 | Fail         | b; 1 of 1 measurement failed, 0 may",
                "bgb       | 1 | 0 | Fail         | b; 2 of 3 measurements failed, 1 may",
                "bgG       | 1 | 0 | Pass         | g; 1 of 3 measurements failed",
                "ggB       | 1 | 0 | Pass         | b; 1 of 3 measurements failed",
                "uuuuuu    | 0 | 0 | -            | -",
                "U         | 0 | 0 | Inconclusive | u; the last 1 measurement told nothing",
                "gggU      | 0 | 1 | -            | -",
                "gggUU     | 0 | 1 | Inconclusive | u; the last 2 measurements told nothing",
                "gguUG     | 0 | 3 | Pass         | g; 0 of 3 measurements failed",
                "uuuuuG    | 0 | 2 | -            | -",
                "uuuuuGGG  | 0 | 2 | Pass         | g; 0 of 3 measurements failed",
                "uub       | 0 | 2 | Fail         | b; 1 of 1 measurement failed, 0 may",
                "ggr       | 0 | 9 | Inconclusive | r",
            })
    void concludesOnceItCan(String measurements, int failureLimit, int errorLimit, GateVerdict verdict, String reason) {
        Optional<Course.Step.Conclude> concluded = course(Baking.check(failureLimit, errorLimit), measurements.strip())
                .map(Ended::conclusion);

        assertThat(concluded.map(Course.Step.Conclude::verdict)).isEqualTo(Optional.ofNullable(verdict));
        assertThat(concluded.map(Course.Step.Conclude::reason)).isEqualTo(Optional.ofNullable(reason));
    }

    /** Silence is never health. */
    @Property
    void nothingPassesWithoutAsManyMeasurementsAsItNeeds(
            @ForAll("courses") String measurements, @ForAll @IntRange(max = 3) int failureLimit) {
        course(Baking.check(failureLimit, 2), measurements)
                .filter(ended -> ended.conclusion().verdict() == GateVerdict.Pass)
                .map(Ended::measured)
                .ifPresent(measured -> {
                    assertThat(count(measured, "gGbB")).isGreaterThanOrEqualTo(3);
                    assertThat(count(measured, "bB")).isLessThanOrEqualTo(failureLimit);
                    assertThat(measured).matches(".*[GB]");
                });
    }

    @Property
    void moreFailuresThanMayBeAlwaysFail(
            @ForAll("courses") String measurements, @ForAll @IntRange(max = 3) int failureLimit) {
        String failing = measurements.replaceAll("[GBUrR]", "g") + "b".repeat(failureLimit + 1);

        assertThat(course(Baking.check(failureLimit, 2), failing)
                        .map(ended -> ended.conclusion().verdict()))
                .contains(GateVerdict.Fail);
    }

    @Provide
    Arbitrary<String> courses() {
        Arbitrary<String> before = Arbitraries.strings().withChars("gbu").ofMaxLength(12);
        Arbitrary<String> after = Arbitraries.strings().withChars("GBUR").ofMaxLength(12);
        return before.flatMap(first -> after.map(second -> first + second));
    }

    private static long count(String measurements, String letters) {
        return measurements.chars().filter(each -> letters.indexOf(each) >= 0).count();
    }

    /** @param measured up to the measurement that concluded it */
    private record Ended(Course.Step.Conclude conclusion, String measured) {}

    private static Optional<Ended> course(HttpCheck check, String measurements) {
        Course course = Course.BEGIN;
        for (int i = 0; i < measurements.length(); i++) {
            char letter = measurements.charAt(i);
            switch (course.take(check, measurement(letter), Character.isUpperCase(letter))) {
                case Course.Step.GoOn(Course next) -> course = next;
                case Course.Step.Conclude concluded -> {
                    return Optional.of(new Ended(concluded, measurements.substring(0, i + 1)));
                }
            }
        }
        return Optional.empty();
    }

    private static Measurement measurement(char letter) {
        String told = String.valueOf(Character.toLowerCase(letter));
        return List.of(
                        new Measurement.Good(told),
                        new Measurement.Bad(told),
                        new Measurement.Unknown(told),
                        new Measurement.Refused(told))
                .get("gbur".indexOf(told));
    }
}

package dev.kubeproxyfleet.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A glob means what the regular expression of the same meaning does. */
class GlobProperties {

    @Property
    void aGlobMeansWhatTheRegularExpressionDoes(@ForAll("patterns") String pattern, @ForAll("names") String name) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }

        assertThat(new Glob(pattern).matches(name))
                .isEqualTo(Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE)
                        .matcher(name)
                        .matches());
    }

    /** A regular expression of the same meaning would try every way of sharing the name among the stars. */
    @Example
    void manyStarsOverALongNameEnd() {
        assertThat(new Glob("*a".repeat(60) + "*b").matches("a".repeat(20_000))).isFalse();
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.strings().withChars("abB-.*?").ofMaxLength(8);
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("aAbB-.").ofMaxLength(10);
    }
}

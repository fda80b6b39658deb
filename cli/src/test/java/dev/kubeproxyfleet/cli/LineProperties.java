package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LineProperties {

    @Property
    void aLineIsNeverWiderThanTheTerminal(
            @ForAll String first, @ForAll String second, @ForAll @IntRange(min = 3, max = 200) int width) {
        String rendered = Line.of(first, Tone.BAD).and(second).render(new Look(width, 24, false, true));

        assertThat(rendered.codePointCount(0, rendered.length())).isLessThanOrEqualTo(width);
    }

    @Property
    void whatComesFromElsewhereCannotCommandTheTerminal(@ForAll String text) {
        String rendered = Line.of(text + "\u001b[2J\r\n\u202e").render(Look.plain(true));

        assertThat(rendered.codePoints()).noneMatch(Character::isISOControl);
        assertThat(rendered).doesNotContain("\u202e").endsWith("\\u001b[2J\\r\\n\\u202e");
    }
}

package dev.kubeproxyfleet.schemas.reason;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/reasons.md} is what {@link Guide} writes. */
class GuideTest {

    private static final Path PAGE = Path.of("../docs/reasons.md");
    private static final Path WRITTEN = Path.of("target/reasons.md");

    @Test
    void thePageIsMadeOfTheVocabulary() throws IOException {
        String guide = Guide.write();
        Files.writeString(WRITTEN, guide);

        assertThat(Files.readString(PAGE))
                .as("the page is out of date: cp schemas/target/reasons.md docs/reasons.md")
                .isEqualTo(guide);
    }

    @Test
    void everyReasonHasARow() {
        assertThat(Reason.all())
                .hasSizeGreaterThan(150)
                .allSatisfy(reason -> assertThat(Guide.write()).contains("| `" + reason.code() + "` | "));
    }
}

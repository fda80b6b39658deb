package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Notification;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/notifications.md} tells those who write a receiver. */
class GuideOfReceiversTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static String page = "";

    @TempDir
    Path folder;

    @BeforeAll
    static void read() throws IOException {
        page = Files.readString(Path.of("../docs/notifications.md"));
    }

    @Test
    void theExampleIsWhatAReceiverGets() throws Exception {
        JsonNode example = Json.MAPPER.readTree(block("json"));
        Notification told = Json.MAPPER.treeToValue(example.path("data"), Notification.class);

        Letter letter =
                new Webhook(() -> URI.create("https://hooks.example"), null).letter(List.of(told), null, News.AT);

        assertThat(Json.MAPPER.readTree(letter.body())).isEqualTo(example);
    }

    @Test
    void itsVerificationTakesWhatIsOursAndNothingElse() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3");
        SecretFile secret =
                new SecretFile("secret-file", Files.writeString(folder.resolve("secret"), SECRET + "\n" + SECRET));
        Letter letter = new Webhook(() -> URI.create("https://hooks.example"), secret)
                .letter(List.of(News.failed("audit-0-7")), null, News.AT);
        Files.writeString(folder.resolve("body"), letter.body());
        Files.writeString(folder.resolve("headers"), Json.MAPPER.writeValueAsString(letter.headers()));
        Files.writeString(folder.resolve("receiver.py"), block("python") + """

                import json
                headers = json.load(open("headers"))
                body = open("body", "rb").read()
                print(is_ours("%s", headers, body), is_ours("%s", headers, body + b" "),
                      is_ours("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", headers, body),
                      is_ours("%s", headers | {"webhook-timestamp": "1"}, body))
                """.formatted(SECRET, SECRET, SECRET));

        Process python = new ProcessBuilder("/usr/bin/python3", "receiver.py")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(python.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(printed).isEqualToIgnoringNewLines("True False False False");
    }

    @Test
    void itNamesEveryPlaceholder() {
        for (String placeholder :
                List.of("subject", "what", "message", "config", "code", "severity", "count", "actor")) {
            assertThat(page).contains("`{" + placeholder + "}`");
            assertThat(new Headline("{" + placeholder + "}").of(News.failed("1")))
                    .isNotEmpty();
        }
    }

    private static String block(String language) {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(block.find()).as(language).isTrue();
        return block.group(1);
    }
}

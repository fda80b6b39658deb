package dev.kubeproxyfleet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kubeproxyfleet.testing.Secrets.Find;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plants secrets, and sees them found. */
class SecretsTest {

    private static final String PASSWORD = "hun\"ter/2+&=<swordfish>";
    private static final String SIGNATURE = "bXkgc2lnbmF0dXJlIGlzIG15IGNhc3RsZQ";
    private static final String TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtZSJ9." + SIGNATURE;
    private static final String KEY_LINE = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgVcB/UNPxalR9zDYA";

    @TempDir
    Path folder;

    private final Secrets secrets = new Secrets();

    @BeforeEach
    void tell() {
        secrets.add("password", PASSWORD);
        secrets.addToken("token", TOKEN);
        secrets.addPem("key", "-----BEGIN PRIVATE KEY-----\n" + KEY_LINE + "\nwxyz\n-----END PRIVATE KEY-----\n");
    }

    static Stream<String> disguises() {
        return Stream.of(
                "login by " + PASSWORD + " failed",
                "{\"given\": \"hun\\\"ter/2+&=<swordfish>\"}",
                "{\"given\": \"hun\\\"ter\\/2+&=<swordfish>\"}",
                "{\"given\": \"hun\\\"ter/2\\u002b\\u0026\\u003d\\u003cswordfish\\u003e\"}",
                "GET /?p=" + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8),
                "GET /?p=hun%22ter%2f2%2b%26%3d%3cswordfish%3e&x",
                "<p>hun&quot;ter/2+&amp;=&lt;swordfish&gt;</p>");
    }

    @ParameterizedTest
    @MethodSource("disguises")
    void aPasswordIsFoundInEachDisguise(String text) {
        assertThat(secrets.in("answer", text)).extracting(Find::secret).containsOnly("password");
    }

    /** What stands before it moves it within the groups of Base64, and what follows changes its last letter. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab", "abc", "user:"})
    void aPasswordIsFoundWithinBase64WhateverIsAroundIt(String before) {
        for (String after : new String[] {"", "x", "xy", "xyz"}) {
            byte[] whole = (before + PASSWORD + after).getBytes(StandardCharsets.UTF_8);

            assertThat(secrets.in("log", "Basic " + Base64.getEncoder().encodeToString(whole)))
                    .containsExactly(new Find("password", "log", 1, "in Base64"));
            assertThat(secrets.in("log", Base64.getUrlEncoder().encodeToString(whole)))
                    .containsExactly(new Find("password", "log", 1, "in Base64"));
        }
    }

    @Test
    void aTokenIsFoundByItsSignatureAndAKeyByEachOfItsLines() {
        assertThat(secrets.in("log", "first\nAuthorization: Bearer " + TOKEN + "\n" + KEY_LINE))
                .containsExactly(new Find("token", "log", 2, "as it is"), new Find("key", "log", 3, "as it is"));
        assertThat(secrets.in("log", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtZSJ9 signed by -----BEGIN PRIVATE KEY-----"))
                .as("claims without a signature, and what every key has")
                .isEmpty();
    }

    @Test
    void filesAreReadAndTheirNamesTooAndWhatIsThereForSecretsIsNot() throws Exception {
        Files.createDirectories(folder.resolve("streams"));
        Files.write(folder.resolve("streams/000001.sst"), new byte[] {0, (byte) 0xff, '\n'});
        Files.writeString(folder.resolve("service.log"), "one\ntwo " + SIGNATURE + "\n");
        Files.writeString(folder.resolve("heap-" + SIGNATURE + ".hprof"), "");
        Files.writeString(folder.resolve("service.properties"), "password=" + PASSWORD);

        assertThat(secrets.inFolder(folder, file -> file.endsWith("service.properties")))
                .extracting(Find::where, Find::line)
                .containsExactlyInAnyOrder(tuple("service.log", 2), tuple("heap-" + SIGNATURE + ".hprof", 0));
        assertThat(secrets.inFolder(folder, _ -> false)).hasSize(3);
    }

    @Test
    void aListOfProcessesIsReadAsOthersSeeIt() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "read line", "--password", PASSWORD).start();
        try {
            assertThat(secrets.inCommandLines(Stream.of(process.toHandle(), ProcessHandle.current())))
                    .containsExactly(
                            new Find("password", "the command line of process " + process.pid(), 4, "as it is"));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aFindShowsNoSecret() {
        assertThat(secrets.in("log", TOKEN + PASSWORD + KEY_LINE).toString())
                .doesNotContain("swordfish", SIGNATURE, KEY_LINE);
    }

    @Test
    void whatWouldBeFoundByChanceIsRefused() {
        assertThatThrownBy(() -> secrets.add("pin", "1234"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pin")
                .hasMessageNotContaining("1234");
    }
}

package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsCheckTest {

    @TempDir
    Path folder;

    @Test
    void findsNothingWrongWithTheDefaults() {
        assertThat(problem(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "interval, 0s, 100ms to 10m",
        "interval, 11m, 100ms to 10m",
        "top-services, 501, 0 to 500",
        "top-services, -1, 0 to 500",
        "queue-limit, 0, 1 to 1000",
        "queue-limit, 1001, 1 to 1000",
        "http-port, 65536, 0 to 65535",
        "kube-proxy-endpoint, https://127.0.0.1:10249, like http://127.0.0.1:10249",
        "kube-proxy-endpoint, 127.0.0.1, like http://127.0.0.1:10249",
    })
    void namesTheSettingAndWhatItMayBe(String setting, String value, String allowed) {
        assertThat(problem(Map.of(setting, value)))
                .hasValueSatisfying(message -> assertThat(message)
                        .startsWith("kpfleet.agent.%s must be %s, not ".formatted(setting, allowed)));
    }

    @Test
    void doesNotTakeAProcRootThatIsNotThereForANodeWithoutIpvs() throws IOException {
        assertThat(problem(Map.of("proc-root", folder.toString())))
                .hasValueSatisfying(message -> assertThat(message)
                        .contains(
                                "kpfleet.agent.proc-root is " + folder,
                                folder.resolve("1/net").toString()));
        Files.createDirectories(folder.resolve("1/net"));
        assertThat(problem(Map.of("proc-root", folder.toString()))).isEmpty();
    }

    @Test
    void refusesNetlinkWhereItWouldAskAnotherNamespaceThanTheFilesAreOf() throws IOException {
        Files.createDirectories(folder.resolve("1/net"));

        assertThat(problem(Map.of("proc-root", folder.toString(), "netlink", "true")))
                .hasValueSatisfying(message -> assertThat(message).contains("host network"));
        assertThat(problem(Map.of("netlink", "true"))).isEmpty();
    }

    private static Optional<String> problem(Map<String, String> given) {
        return SettingsCheck.problem(GivenSettings.of(given));
    }
}

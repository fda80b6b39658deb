package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.access.LoginInfo;
import dev.kubeproxyfleet.simulator.issuer.Issuer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PKCE of a login by a code. */
@Timeout(60)
class DeviceVerifierTest {

    @TempDir
    private Path folder = Path.of("");

    /** Entra does not say that it knows PKCE, and documents none of it for devices; Keycloak says so, and may demand it. */
    @ParameterizedTest
    @CsvSource({"S256, true", "plain, false", ", false"})
    void aDeviceShowsAVerifierToAnIssuerThatKnowsIt(@Nullable String method, boolean shown) throws Exception {
        try (LoginLab lab = new LoginLab(folder);
                FakeFleet odd = new FakeFleet()) {
            odd.on(
                            "GET /.well-known/openid-configuration",
                            200,
                            Map.of(
                                    "issuer",
                                    odd.address(),
                                    "token_endpoint",
                                    odd.address() + "/token",
                                    "device_authorization_endpoint",
                                    odd.address() + "/device",
                                    "code_challenge_methods_supported",
                                    method == null ? List.of() : List.of(method)))
                    .on(
                            "POST /device",
                            200,
                            Map.of("device_code", "d", "verification_uri", "https://odd.example", "user_code", "u"))
                    .on("POST /token", 200, Map.of("access_token", "t", "token_type", "Bearer"));
            lab.fleet.on(
                    "GET /api/v1/login",
                    200,
                    new LoginInfo(true, odd.address(), Issuer.COMMAND_LINE, List.of("openid")));

            assertThat(lab.console().meanwhile(_ -> {}).run("login", "--device-code"))
                    .isZero();

            Map<String, String> begin = form(odd, "/device");
            Map<String, String> end = form(odd, "/token");
            assertThat(begin).containsEntry("client_id", Issuer.COMMAND_LINE).containsEntry("scope", "openid");
            if (shown) {
                byte[] hash = MessageDigest.getInstance("SHA-256")
                        .digest(end.getOrDefault("code_verifier", "").getBytes(StandardCharsets.US_ASCII));
                assertThat(end.get("code_verifier")).hasSize(43);
                assertThat(begin)
                        .containsEntry("code_challenge_method", "S256")
                        .containsEntry(
                                "code_challenge",
                                Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
            } else {
                assertThat(begin.keySet()).containsOnly("client_id", "scope");
                assertThat(end.keySet()).containsOnly("grant_type", "client_id", "device_code");
            }
        }
    }

    /** The fields of the form that was sent there. */
    private static Map<String, String> form(FakeFleet issuer, String path) {
        String sent = issuer.requests().stream()
                .filter(request -> request.path().equals(path))
                .findFirst()
                .orElseThrow()
                .text();
        return Stream.of(sent.split("&"))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    }
}

package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.simulator.issuer.Issuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs log in with what their platform says of them. */
@Timeout(60)
class FederatedLoginTest {

    @TempDir
    private Path folder = Path.of("");

    private LoginLab lab;

    @BeforeEach
    void start() throws IOException {
        lab = new LoginLab(folder);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private Console program() {
        return lab.console()
                .with("AZURE_AUTHORITY_HOST", lab.issuer.base() + "/")
                .with("AZURE_TENANT_ID", Issuer.TENANT)
                .with("AZURE_CLIENT_ID", Issuer.CI);
    }

    private Console workload() throws IOException {
        Path token = folder.resolve("projected");
        Files.writeString(token, lab.issuer.federatedToken(Issuer.FEDERATED_SUBJECT) + "\n");
        return program().with("AZURE_FEDERATED_TOKEN_FILE", token.toString());
    }

    @Test
    void aProjectedTokenIsExchangedAndExchangedAgain() throws IOException {
        assertThat(workload().run("login", "--federated")).isZero();
        assertThat(lab.shown().path("roles")).hasToString("[\"publisher\"]");
        String first = lab.authorization();

        lab.advance(Duration.ofMinutes(59).plusSeconds(30));
        assertThat(workload().run("whoami")).isZero();

        assertThat(lab.authorization()).isNotEqualTo(first);
    }

    @Test
    void aJobOfGitHubActionsAsksForItsOwnToken() throws IOException {
        try (FakeFleet actions = new FakeFleet()) {
            actions.on(
                    "GET /token?job=7&audience=api%3A%2F%2FAzureADTokenExchange",
                    200, Map.of("value", lab.issuer.federatedToken(Issuer.FEDERATED_SUBJECT)));

            Console job = program()
                    .with("ACTIONS_ID_TOKEN_REQUEST_URL", actions.address() + "/token?job=7")
                    .with("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "of-the-job");

            assertThat(job.run("login", "--federated")).isZero();
            assertThat(actions.last().headers()).containsEntry("Authorization", List.of("Bearer of-the-job"));
            assertThat(lab.shown().path("azp").asText()).isEqualTo(Issuer.CI);
        }
    }

    @Test
    void whatThePlatformSaysGoesToNoOtherTenant() throws IOException {
        Console console = workload().with("AZURE_TENANT_ID", "another");

        assertThat(console.run("login", "--federated")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("name " + lab.issuer.base() + "/another/v2.0; nothing was sent.");
    }

    @Test
    void whatIsMissingIsNamed() {
        Console console = program();

        assertThat(console.run("login", "--federated")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("AZURE_FEDERATED_TOKEN_FILE", "id-token: write");
    }

    @Test
    void aSubjectThatIsNotTrustedIsRefused() throws IOException {
        Path token = folder.resolve("projected");
        Files.writeString(token, lab.issuer.federatedToken("repo:example/fork:ref:refs/heads/main"));
        Console console = program().with("AZURE_FEDERATED_TOKEN_FILE", token.toString());

        assertThat(console.run("login", "--federated")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("refused: invalid_client");
        assertThat(lab.kept()).doesNotExist();
    }
}

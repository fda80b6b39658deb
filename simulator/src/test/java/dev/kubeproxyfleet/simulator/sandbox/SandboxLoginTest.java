package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.access.Role;
import dev.kubeproxyfleet.simulator.issuer.User;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxLoginTest {

    @Test
    void theServiceIsToldOfAnIssuerThatAnswersUnderTheNameThatItSays() throws Exception {
        try (SandboxLogin login = SandboxLogin.start(URI.create("http://127.0.0.1:8080/"));
                HttpClient client = HttpClient.newHttpClient()) {
            Map<String, String> settings = login.service();
            String issuer = settings.get("kpfleet.access.issuer");

            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(issuer + "/.well-known/openid-configuration"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.body()).contains("\"issuer\":\"" + issuer + "\"");
            assertThat(settings.get("kpfleet.access.session-secret")).hasSizeGreaterThanOrEqualTo(32);
        }
    }

    @Test
    void thereIsSomebodyForEachRole() {
        assertThat(User.OF_EACH_ROLE)
                .flatExtracting(User::roles)
                .extracting(role -> Grant.parse(role).role())
                .containsExactlyInAnyOrder(Role.values());
    }
}

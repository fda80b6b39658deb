package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Making things go wrong, by calls of the simulated Azure. */
class FaultCallsTest {

    private Lab lab;

    @BeforeEach
    void start() throws IOException {
        lab = new Lab(2);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private record Answer(int code, JsonNode body) {}

    private Answer call(String method, String query, String body) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(lab.azure.clientContext()).build()) {
            HttpResponse<byte[]> answer = client.send(
                    HttpRequest.newBuilder(URI.create(lab.azure.endpoint() + "/_simulator/kubernetes-faults" + query))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), Json.MAPPER.readTree(answer.body()));
        }
    }

    @Test
    void faultsBeginAreShownAndEnd() throws Exception {
        String name = lab.one().name();
        Answer begun = call(
                "POST",
                "",
                "[{\"kind\":\"NotRolledOut\",\"cluster\":\"" + name + "\"},"
                        + "{\"kind\":\"OtherFlags\",\"cluster\":\"*\",\"kubeProxy\":{\"mode\":\"IPVS\"}},"
                        + "{\"kind\":\"Slow\",\"cluster\":\"*\",\"by\":\"PT0.01S\"},"
                        + "{\"kind\":\"ServerError\",\"cluster\":\"*\"}]");

        assertThat(begun.code()).isEqualTo(201);
        assertThat(begun.body().path("value")).hasSize(4);
        assertThat(lab.azure.kubernetesFaults().has(lab.one().id(), KubernetesFault.NotRolledOut.class))
                .isTrue();
        assertThat(lab.azure.applied(lab.one().id()).orElseThrow().kubeProxy().mode())
                .hasToString("IPVS");

        assertThat(call("DELETE", "?kind=OtherFlags", "").body().path("value")).hasSize(3);
        assertThat(call("DELETE", "?cluster=" + name, "").body().path("value")).hasSize(2);
        assertThat(call("GET", "", "").body().at("/value/1/status").asInt()).isEqualTo(503);
        assertThat(call("DELETE", "", "").body().path("value")).isEmpty();
    }

    @Test
    void whatIsMisspeltBeginsNothing() throws Exception {
        for (String wrong : new String[] {
            "{\"kind\":\"NotRolledOut\",\"cluster\":\"no-such\"}",
            "{\"kind\":\"NotRolledOut\"}",
            "{\"kind\":\"NotRolledOff\",\"cluster\":\"*\"}",
            "{\"kind\":\"NotRolledOut\",\"cluster\":\"*\",\"node\":\"x\"}",
            "{\"kind\":\"Forbidden\",\"cluster\":\"*\",\"right\":\"get daemonsets\"}",
            "{\"kind\":\"ServerError\",\"cluster\":\"*\",\"status\":404}",
            "{\"kind\":\"OtherFlags\",\"cluster\":\"*\"}",
            "{"
        }) {
            Answer answer = call("POST", "", wrong);
            assertThat(answer.code()).as(wrong).isEqualTo(400);
            assertThat(answer.body().at("/error/code").asText()).isEqualTo("InvalidFault");
        }
        assertThat(call("DELETE", "?klind=Slow", "").code()).isEqualTo(400);
        assertThat(lab.azure.kubernetesFaults().all()).isEmpty();
    }
}

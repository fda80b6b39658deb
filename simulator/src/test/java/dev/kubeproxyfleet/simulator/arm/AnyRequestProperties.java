package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a client sends, it gets an answer of ARM's form, and there is an entry in the journal. */
class AnyRequestProperties {

    private static final List<String> VALUES =
            List.of("null", "true", "0", "-1", "99999999999", "1.5", "\"\"", "\"x\"", "[]", "{}", "[null]", "[{}]");
    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS");
    private static final List<String> ENDS = List.of(
            "",
            "/",
            "/agentPools",
            "/agentPools/system",
            "/agentPools/Bad%20Name",
            "/maintenanceConfigurations/default",
            "/maintenanceConfigurations/aksManagedAutoUpgradeSchedule",
            "/start",
            "/stop",
            "/abort",
            "/listClusterUserCredential",
            "/nothing",
            "/%25zz/%2F",
            "/providers/Microsoft.Authorization/locks/l");
    private static final List<String> QUERIES = List.of(
            "?api-version=2025-09-02-preview", "?api-version=2025-09-02-preview&x=%25zz", "?api-version=", "?&=&a", "");

    /** One member of a cluster's document is something else: never a crash of the simulator. */
    @Property(tries = 300)
    void aDocumentWithAnOddMemberIsTakenOrRefused(@ForAll Random random) {
        ManualClock clock = new ManualClock();
        Fleet fleet = Fleet.of(new FleetSpec(20, 3, 1, 7, 1));
        ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, clock);
        SimulatedCluster cluster = fleet.clusters().get(random.nextInt(20));
        ObjectNode document = cluster.document().deepCopy();
        document.withObject("/properties/networkProfile/kubeProxyConfig")
                .put("mode", "IPVS")
                .withObject("/ipvsConfig")
                .put("tcpTimeoutSeconds", 9);
        mutate(document, random);

        ModelClient client = new ModelClient(arm);
        ArmAnswer answer = client.call("PUT", cluster.id() + "?api-version=2025-09-02-preview", document.toString());
        clock.advance(Duration.ofHours(1));

        assertThat(answer.status()).isIn(200, 400, 404, 409, 412);
        assertOfArmsForm(answer);
        assertThat(client.get(cluster.id() + "?api-version=2025-09-02-preview").status())
                .isEqualTo(200);
        assertThat(arm.applied(cluster.id())).isPresent();
    }

    @Property(tries = 500)
    void everyAddressAnswers(@ForAll Random random) {
        Fleet fleet = Fleet.of(new FleetSpec(20, 3, 1, 7, 1));
        ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, new ManualClock());
        String body = pick(random, VALUES) + pick(random, List.of("", "}", " \n"));
        String path = fleet.clusters().get(random.nextInt(20)).id() + pick(random, ENDS) + pick(random, QUERIES);

        ArmAnswer answer = new ModelClient(arm).call(pick(random, METHODS), path, body);

        assertThat(answer.status()).isBetween(200, 499);
        assertOfArmsForm(answer);
        assertThat(arm.journal().entries()).hasSize(1);
    }

    private static void assertOfArmsForm(ArmAnswer answer) {
        assertThat(answer.headers()).containsKeys("x-ms-request-id", "x-ms-correlation-request-id");
        if (answer.status() >= 400 && answer.body().length > 0) {
            JsonNode error = ModelClient.body(answer).path("error");
            assertThat(error.path("code").asText()).isNotEmpty();
            assertThat(error.path("message").asText()).isNotEmpty();
            assertThat(answer.headers()).containsKey("x-ms-failure-cause");
        }
    }

    private static void mutate(ObjectNode document, Random random) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(document, objects);
        ObjectNode victim = pick(random, objects);
        List<String> members = new ArrayList<>();
        victim.fieldNames().forEachRemaining(members::add);
        if (members.isEmpty()) {
            return;
        }
        victim.set(pick(random, members), json(pick(random, VALUES)));
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.forEach(child -> collect(child, objects));
        }
    }

    private static <T> T pick(Random random, List<T> options) {
        return options.get(random.nextInt(options.size()));
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}

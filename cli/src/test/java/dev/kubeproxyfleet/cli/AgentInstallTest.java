package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code agent install} and {@code agent uninstall} publish. */
class AgentInstallTest {

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    private void planned() {
        fleet.on(
                "PUT /api/v1/configs/agents",
                200,
                Fixtures.audit(AuditRecord.Verdict.Done, "RolloutPlanned", "Generation 1 goes to 6 clusters."));
    }

    private int install(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "agent",
                "install",
                "--name",
                "agents",
                "--image",
                "r/a:2",
                "--jvm-image",
                "r/j:2",
                "--kafka",
                "b:9092"));
        arguments.addAll(List.of(more));
        return console.run(arguments.toArray(String[]::new));
    }

    private JsonNode sent() throws IOException {
        return Json.MAPPER.readTree(fleet.last().body());
    }

    private void inForce(@Nullable String strategyRef) {
        FleetConfig.Spec spec = new FleetConfig.Spec(
                null,
                new AgentConfig(true, "r/a:2", "r/j:2", "b:9092"),
                Fixtures.SPEC.selector(),
                7,
                Fixtures.SPEC.strategy(),
                FleetConfig.Drift.Correct,
                FleetConfig.NewClusters.Ignore,
                strategyRef);
        fleet.on(
                "GET /api/v1/configs",
                200,
                List.of(
                        new ConfigView("agents", 3, spec, latest(), null),
                        new ConfigView("prod-ipvs", 2, Fixtures.SPEC, latest(), null)));
    }

    private static ConfigView.Latest latest() {
        return new ConfigView.Latest(
                "x.1",
                RolloutStatus.Cause.Publish,
                RolloutStatus.State.Succeeded,
                null,
                "",
                Fixtures.NOW,
                new RolloutStatus.Counts(0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void installPublishesAConfigThatGivesAgents() throws IOException {
        planned();

        int code = install("--select", "env=prod", "--strategy", "careful");

        assertThat(console.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(sent()).isEqualTo(Json.MAPPER.readTree("""
                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "agents"},
                 "spec": {"agents": {"image": "r/a:2", "jvmImage": "r/j:2", "kafka": "b:9092"},
                          "selector": {"tags": {"matchLabels": {"env": "prod"}}}, "strategyRef": "careful"}}
                """));
    }

    @Test
    void installNeedsToKnowWhichClusters() {
        assertThat(install()).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("which clusters?");
        assertThat(fleet.requests()).isEmpty();
    }

    @Test
    void whatCannotBeAnImageIsNotSent() {
        int code = console.run(
                "agent",
                "install",
                "--name",
                "agents",
                "--image",
                "r/a 2",
                "--jvm-image",
                "r/j:2",
                "--kafka",
                "b:9092",
                "--select-name",
                "*");

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(console.err())
                .contains("an image is written registry/name:tag")
                .contains("nothing was sent");
        assertThat(fleet.requests()).isEmpty();
    }

    @Test
    void uninstallKeepsAllOfTheConfigButItsAgents() throws IOException {
        planned();
        inForce(null);

        assertThat(console.run("agent", "uninstall", "--name", "agents")).isZero();

        FleetConfig sent = config();
        assertThat(sent.spec().agents()).isEqualTo(AgentConfig.DISABLED);
        assertThat(sent.spec().priority()).isEqualTo(7);
        assertThat(sent.spec().selector()).isEqualTo(Fixtures.SPEC.selector());
        assertThat(sent.spec().strategy()).isEqualTo(Fixtures.SPEC.strategy());
        assertThat(sent.spec().drift()).isEqualTo(FleetConfig.Drift.Correct);
    }

    private FleetConfig config() throws IOException {
        return Json.MAPPER.treeToValue(sent(), FleetConfig.class);
    }

    @Test
    void uninstallRefersToTheStrategyThatTheConfigRefersTo() throws IOException {
        planned();
        inForce("careful");

        assertThat(console.run("agent", "uninstall", "--name", "agents")).isZero();

        assertThat(sent().at("/spec/strategyRef").textValue()).isEqualTo("careful");
        assertThat(sent().at("/spec").has("strategy")).isFalse();
    }

    @Test
    void aConfigOfKubeProxyHasNoAgentsToUninstall() {
        inForce(null);

        assertThat(console.run("agent", "uninstall", "--name", "prod-ipvs")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("no config prod-ipvs gives agents");
    }
}

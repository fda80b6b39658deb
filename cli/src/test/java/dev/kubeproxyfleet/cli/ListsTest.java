package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists in part, in order, and in forms of the user's own. */
class ListsTest {

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void aLimitIsReadByPagesAndWhatIsLeftIsSaid() {
        fleet.onPage(
                "GET /api/v1/rollouts?sort=config%2C-state&limit=3", List.of(row("a"), row("b")), 5, "?continue=x");
        fleet.onPage("GET /api/v1/rollouts?continue=x", List.of(row("c"), row("d")), 5, "?continue=y");

        assertThat(console.run(
                        "get",
                        "rollouts",
                        "--limit",
                        "3",
                        "--sort-by",
                        "{.config},-.state",
                        "-o",
                        "jsonpath={.items[*].id}"))
                .isZero();
        assertThat(console.out()).isEqualTo("a b c");
        assertThat(console.err()).contains("3 of 5; leave --limit out for all of them");
    }

    @Test
    void clustersAreSelectedByTheService() {
        fleet.onPage(
                "GET /api/v1/clusters?select=env%3Dprod%2Ctier%3Dgold&select-name=weu-*&location=westeurope",
                List.of(
                        Map.of("name", "weu-01", "rollout", Map.of("id", "prod.1"), "tags", Map.of("env", "prod")),
                        Map.of("name", "weu-02")),
                2,
                null);

        assertThat(console.run(
                        "get",
                        "clusters",
                        "--select",
                        "env=prod,tier=gold",
                        "--select-name",
                        "weu-*",
                        "--location",
                        "westeurope",
                        "-o",
                        "custom-columns=CLUSTER:.name,ROLLOUT:{.rollout.id},ENV:tags.env"))
                .isZero();
        assertThat(console.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
                .containsExactly("CLUSTER ROLLOUT ENV", "weu-01 prod.1 prod", "weu-02 <none> <none>");
    }

    @Test
    void aServiceThatCannotSelectIsNotTakenForOneThatHas() {
        fleet.on("GET /api/v1/clusters?select=env%3Dprod", 200, List.of());

        assertThat(console.run("get", "clusters", "--select", "env=prod")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("cannot select, sort or page");
    }

    @Test
    void whatMakesNoSenseIsSaidBeforeTheServiceIsAsked() {
        for (List<String> options : List.of(
                List.of("--limit", "0"),
                List.of("--select", "env"),
                List.of("-o", "xml"),
                List.of("-o", "jsonpath={.a"),
                List.of("-o", "custom-columns=NAME"))) {
            List<String> arguments = new java.util.ArrayList<>(List.of("get", "clusters"));
            arguments.addAll(options);
            assertThat(console.run(arguments.toArray(String[]::new)))
                    .as("%s", options)
                    .isEqualTo(ExitCode.USAGE);
        }
        assertThat(fleet.requests()).isEmpty();
        assertThat(console.err())
                .contains(
                        "--limit is a number of rows",
                        "'env' is no <tag>=<value>",
                        "'xml' is none of table, wide, json, yaml",
                        "jsonpath={.a: character 1: '{' has no '}'",
                        "'NAME' is no column");
    }

    private static Map<String, String> row(String id) {
        return Map.of("id", id);
    }
}

package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.cli.git.GitLab;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import dev.kubeproxyfleet.schemas.view.OriginView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, with real repositories and a service that answers what it is told to. */
class SyncTest {

    private static final String PROD = config("prod");
    private static final String CAREFUL =
            "apiVersion: kubeproxyfleet.dev/v1\nkind: FleetStrategy\nmetadata: { name: careful }\nspec: { onFailure: Rollback }\n";

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());
    private final GitLab git;

    SyncTest(@TempDir Path folder) {
        git = GitLab.in(folder.resolve("fleet-repo"));
    }

    @BeforeEach
    void beginWithNothing() {
        nothingIsPublished();
        for (String path : List.of("configs/prod", "configs/dev", "strategies/careful")) {
            for (String method : List.of("PUT", "DELETE")) {
                fleet.on(
                        method + " /api/v1/" + path,
                        200,
                        Fixtures.audit(AuditRecord.Verdict.Done, "RolloutPlanned", "It is done."));
            }
        }
    }

    @AfterEach
    void stop() {
        git.close();
        fleet.close();
    }

    private static String config(String name) {
        return """
                apiVersion: kubeproxyfleet.dev/v1
                kind: FleetConfig
                metadata: { name: %s }
                spec:
                  kubeProxy: { enabled: true, mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
                  selector: { tags: { matchLabels: { env: prod } } }
                """.formatted(name);
    }

    private void nothingIsPublished() {
        fleet.on("GET /api/v1/origins", 200, List.of());
        fleet.on("GET /api/v1/configs", 200, List.of());
        fleet.on("GET /api/v1/strategies", 200, List.of());
    }

    /** The config is in force, with Git's last word of it. */
    private void isPublished(String name, @Nullable Provenance provenance) {
        ConfigView view = new ConfigView(
                name,
                2,
                Fixtures.SPEC,
                new ConfigView.Latest(
                        name + ".2",
                        Fixtures.running().rollout().cause(),
                        Fixtures.running().rollout().state(),
                        null,
                        "It runs.",
                        Fixtures.NOW,
                        new RolloutStatus.Counts(1, 0, 0, 0, 0, 0, 0)),
                provenance);
        fleet.on("GET /api/v1/configs", 200, List.of(view));
        fleet.on(
                "GET /api/v1/origins",
                200,
                provenance == null ? List.of() : List.of(new OriginView("FleetConfig", name, true, provenance)));
    }

    private Origin origin(String file, String commit) {
        return new Origin(git.name(), "main", file, commit, git.blob(commit, file));
    }

    private int sync(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("sync", "--repo", git.folder().toString()));
        arguments.addAll(List.of(more));
        return console.run(arguments.toArray(String[]::new));
    }

    private List<FakeFleet.Request> changes() {
        return fleet.requests().stream()
                .filter(request ->
                        !request.method().equals("GET") && !request.path().endsWith("/plans"))
                .toList();
    }

    private List<String> changed() {
        return changes().stream()
                .map(request -> request.method() + " " + request.path().replaceAll("\\?.*", ""))
                .toList();
    }

    @Test
    void whatIsNewIsPublishedWithTheCommitAsItsReasonAndStrategiesFirst() {
        git.commit("Begin", Map.of("a/prod.yaml", PROD, "strategies/careful.yaml", CAREFUL));
        String commit = git.commit("Roll out IPVS", Map.of("README.md", "# Fleet\n"));

        assertThat(sync()).isZero();

        assertThat(changed()).containsExactly("PUT /api/v1/strategies/careful", "PUT /api/v1/configs/prod");
        FakeFleet.Request config = changes().getLast();
        assertThat(config.text()).isEqualTo(PROD);
        assertThat(config.headers().get("X-kpfleet-actor")).containsExactly("ada@example.org");
        assertThat(config.path())
                .contains("reason="
                        + FleetClient.encode(
                                "commit " + commit.substring(0, 12) + " by ada@example.org: Roll out IPVS"))
                .contains("origin="
                        + FleetClient.encode(origin("a/prod.yaml", commit).source()));
        assertThat(console.out())
                .contains(git.name() + ", main, commit " + commit.substring(0, 12) + ": 2 documents")
                .containsPattern("prod +Publish +a/prod.yaml +it is new in Git; It is done\\.")
                .containsPattern("strategy/careful +Publish +strategies/careful.yaml");
    }

    @Test
    void withADryRunNothingIsSent() throws IOException {
        git.commit("Begin", Map.of("prod.yaml", PROD));

        assertThat(sync("--dry-run", "-o", "json")).isZero();

        assertThat(changed()).isEmpty();
        JsonNode outcomes = Json.MAPPER.readTree(console.out());
        assertThat(outcomes.get(0).get("step").asText()).isEqualTo("Publish");
        assertThat(outcomes.get(0).get("file").asText()).isEqualTo("prod.yaml");
    }

    /** All or nothing, and the line is named. */
    @Test
    void oneInvalidFileKeepsAllFromBeingPublished() {
        git.commit("Begin", Map.of("dev.yaml", config("dev"), "prod.yaml", PROD.replace("mode: IPVS", "mode: BPF")));

        assertThat(sync()).isEqualTo(ExitCode.USAGE);

        assertThat(fleet.requests()).isEmpty();
        assertThat(console.err()).contains("prod.yaml:5: ", "nothing was published of commit ");
    }

    @Test
    void twoFilesOfOneNameAreRefused() {
        git.commit("Begin", Map.of("a.yaml", PROD, "b.yaml", PROD));

        assertThat(sync()).isEqualTo(ExitCode.USAGE);

        assertThat(fleet.requests()).isEmpty();
        assertThat(console.err()).contains("b.yaml: has the kind and the name of what is in a.yaml");
    }

    @Test
    void aFileWhosePlaceNoEventCanNameIsAMistake() {
        git.commit("Begin", Map.of("a\nb.yaml", PROD));
        assertThat(sync()).isEqualTo(ExitCode.USAGE);
        assertThat(fleet.requests()).isEmpty();
        assertThat(console.err()).contains("its path has control characters");
    }

    @Test
    void whatIsAsInGitIsLeftAlone() {
        String commit = git.commit("Begin", Map.of("prod.yaml", PROD));
        isPublished("prod", new Provenance(origin("prod.yaml", commit), null));
        git.commit("Say more", Map.of("README.md", "# Fleet\n"));

        assertThat(sync()).isZero();

        assertThat(changed()).isEmpty();
        assertThat(console.out()).containsPattern("prod +InStep");
    }

    @Test
    void whatSomebodyHasPublishedPastGitIsShownAndStays() {
        String commit = git.commit("Begin", Map.of("prod.yaml", PROD));
        isPublished("prod", new Provenance(origin("prod.yaml", commit), "bob"));
        planSays();

        assertThat(sync()).isEqualTo(ExitCode.REFUSED);
        assertThat(changed()).isEmpty();
        assertThat(console.out())
                .contains(
                        "bob has published something else; to publish what Git has, change the file, or give --overwrite prod");

        assertThat(sync("--overwrite", "prod")).isZero();
        assertThat(changed()).containsExactly("PUT /api/v1/configs/prod");
    }

    @Test
    void aLaterCommitToItsFileCountsMore() {
        String commit = git.commit("Begin", Map.of("prod.yaml", PROD));
        isPublished("prod", new Provenance(origin("prod.yaml", commit), "bob"));
        planSays();
        git.commit("Change", Map.of("prod.yaml", PROD + "  priority: 5\n"));

        assertThat(sync()).isZero();
        assertThat(changed()).containsExactly("PUT /api/v1/configs/prod");
    }

    /** A revert is a change, and so is a branch that was set back. */
    @Test
    void earlierContentIsAChangeToo() {
        git.commit("Begin", Map.of("prod.yaml", PROD));
        String later = git.commit("Change", Map.of("prod.yaml", PROD + "  priority: 5\n"));
        isPublished("prod", new Provenance(origin("prod.yaml", later), null));
        git.setBack(1);

        assertThat(sync()).isZero();
        assertThat(changed()).containsExactly("PUT /api/v1/configs/prod");
    }

    @Test
    void whatNeverCameFromGitIsAdoptedOnlyIfItIsTheSame() {
        git.commit("Begin", Map.of("prod.yaml", PROD));
        isPublished("prod", null);
        planSays();
        assertThat(sync()).isEqualTo(ExitCode.REFUSED);
        assertThat(console.out()).contains("it was published past Git; to publish what Git has, give --overwrite prod");
        assertThat(changed()).isEmpty();

        planSays("Unchanged");
        assertThat(sync()).isZero();
        assertThat(changed()).containsExactly("PUT /api/v1/configs/prod");
        assertThat(console.out()).containsPattern("prod +Adopt");
    }

    @Test
    void aStrategyThatIsStoredSoIsAdopted() {
        git.commit("Begin", Map.of("careful.yaml", CAREFUL));
        fleet.on("GET /api/v1/strategies", 200, List.of(FleetStrategy.of("careful", Strategy.DEFAULT)));
        assertThat(sync()).isEqualTo(ExitCode.REFUSED);

        fleet.on(
                "GET /api/v1/strategies",
                200,
                List.of(((ConfigFiles.Strategy)
                                ConfigFiles.of("careful.yaml", CAREFUL.getBytes(StandardCharsets.UTF_8)))
                        .strategy()));
        assertThat(sync()).isZero();
        assertThat(console.out()).containsPattern("strategy/careful +Adopt");
    }

    @Test
    void whatIsGoneFromGitIsDeletedOnlyIfAsked() {
        String commit = git.commit("Begin", Map.of("prod.yaml", PROD, "dev.yaml", config("dev")));
        isPublished("prod", new Provenance(origin("prod.yaml", commit), null));
        git.remove("prod.yaml");

        assertThat(sync("--dry-run", "--prune")).isZero();
        assertThat(sync()).isZero();
        assertThat(changed()).doesNotContain("DELETE /api/v1/configs/prod");
        assertThat(console.out()).contains("prod.yaml is gone from Git; --prune deletes it");

        assertThat(sync("--prune")).isZero();
        assertThat(changed()).contains("DELETE /api/v1/configs/prod");
        assertThat(changes().getLast().path()).contains("origin=git", "reason=commit");
    }

    /** A wrong branch or folder looks as if all had been deleted. */
    @Test
    void noFileAtAllIsAMistakeUnlessItIsSaid() {
        String commit = git.commit("Begin", Map.of("fleet/prod.yaml", PROD));
        isPublished("prod", new Provenance(origin("fleet/prod.yaml", commit), null));
        git.remove("fleet/prod.yaml");

        assertThat(sync("--path", "fleet", "--prune")).isEqualTo(ExitCode.USAGE);
        assertThat(fleet.requests()).isEmpty();
        assertThat(console.err()).contains("no FleetConfig and no FleetStrategy in fleet of ", "say --allow-empty");

        assertThat(sync("--path", "fleet", "--prune", "--allow-empty")).isZero();
        assertThat(changed()).containsExactly("DELETE /api/v1/configs/prod");
    }

    @Test
    void theFilesOfAnotherRepositoryAreNotOurs() {
        String commit = git.commit("Begin", Map.of("prod.yaml", PROD));
        Origin elsewhere = new Origin("git.example/other", "main", "prod.yaml", commit, git.blob(commit, "prod.yaml"));
        isPublished("prod", new Provenance(elsewhere, null));

        assertThat(sync("--prune")).isEqualTo(ExitCode.REFUSED);
        assertThat(changed()).isEmpty();
        assertThat(console.out()).contains("it comes from prod.yaml of git.example/other, main", "take it over");
    }

    @Test
    void theListOfConfigsSaysWhichComeFromGit() {
        String commit = git.commit("Begin", Map.of("fleet/prod.yaml", PROD));
        isPublished("prod", new Provenance(origin("fleet/prod.yaml", commit), null));
        assertThat(console.run("get", "configs")).isZero();
        assertThat(console.out()).contains("fleet/prod.yaml of " + git.name()).doesNotContain("no more");

        isPublished("prod", new Provenance(origin("fleet/prod.yaml", commit), "bob"));
        assertThat(console.run("get", "configs")).isZero();
        assertThat(console.out()).contains("no more fleet/prod.yaml of " + git.name() + ", since bob");
    }

    /** One refusal does not hold up the rest. */
    @Test
    void whatTheServiceRefusesIsToldAndTheRestIsDone() {
        git.commit("Begin", Map.of("prod.yaml", PROD, "dev.yaml", config("dev")));
        fleet.on("PUT /api/v1/configs/dev", 403, Map.of("code", "NotPermitted", "message", "You may not."));

        assertThat(sync()).isEqualTo(ExitCode.REFUSED);

        assertThat(changed()).containsExactly("PUT /api/v1/configs/dev", "PUT /api/v1/configs/prod");
        assertThat(console.out()).containsPattern("dev +Refused").containsPattern("prod +Publish");
        assertThat(console.err()).contains("You may not. [NotPermitted]");
    }

    /** Each round sees what there is; only a change makes it act, or speak, again. */
    @Test
    void watchingActsOnChangesAndSaysARefusalOnce() {
        git.commit("Begin", Map.of("prod.yaml", PROD));
        fleet.on("PUT /api/v1/configs/prod", 409, Map.of("code", "KindChanged", "message", "No."));
        List<Runnable> rounds = new ArrayList<>(List.of(
                () -> {},
                () -> assertThat(changed()).hasSize(1),
                () -> {
                    assertThat(changed()).hasSize(1);
                    git.commit("Change", Map.of("prod.yaml", PROD + "  priority: 5\n"));
                },
                () -> {
                    assertThat(changed()).hasSize(2);
                    git.commit("Break", Map.of("prod.yaml", "kind: FleetConfig"));
                },
                () -> {}));
        console.meanwhile(_ -> {
            if (rounds.isEmpty()) {
                throw new InterruptedException("the process ends");
            }
            rounds.removeFirst().run();
        });

        assertThat(sync("--watch")).isEqualTo(ExitCode.USAGE);

        assertThat(changed()).hasSize(2);
        assertThat(console.err().split("No\\. \\[KindChanged\\]", -1)).hasSize(3);
        assertThat(console.err().split("nothing was published of commit", -1)).hasSize(2);
    }

    @Test
    void watchingGoesOnOnceTheServiceAnswers() {
        git.commit("Begin", Map.of("prod.yaml", PROD));
        fleet.on("PUT /api/v1/configs/prod", 503, Map.of("code", "KafkaUnavailable", "message", "Later."));
        List<Runnable> rounds = new ArrayList<>(List.of(
                () -> fleet.on(
                        "PUT /api/v1/configs/prod",
                        200,
                        Fixtures.audit(AuditRecord.Verdict.Done, "RolloutPlanned", "It is done.")),
                () -> {}));
        console.meanwhile(_ -> {
            if (rounds.isEmpty()) {
                throw new InterruptedException("the process ends");
            }
            rounds.removeFirst().run();
        });

        assertThat(sync("--watch", "--interval", "5s")).isZero();
        assertThat(changed()).hasSize(2);
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        git.commit("Begin", Map.of("prod.yaml", PROD));
        assertThat(sync("--watch", "--interval", "1s")).isEqualTo(ExitCode.USAGE);
        assertThat(sync("--watch", "--overwrite", "prod")).isEqualTo(ExitCode.USAGE);
        assertThat(sync("--ref", "nowhere")).isEqualTo(ExitCode.USAGE);
        assertThat(console.run("sync", "--repo", "https://ada:secret@git.example/fleet"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err())
                .contains(
                        "--interval is at least", "--overwrite is for once", "no commit at nowhere", "--git-token-file")
                .doesNotContain("secret");
        assertThat(fleet.requests()).isEmpty();
    }

    @Test
    void aServiceThatCannotBeReachedIsSaid() {
        git.commit("Begin", Map.of("prod.yaml", PROD));
        fleet.on("GET /api/v1/configs", 503, Map.of("code", "", "message", "not yet"));
        assertThat(sync()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("not yet");
    }

    /** @param warnings of the plan */
    private void planSays(String... warnings) {
        ObjectNode plan = Json.MAPPER.valueToTree(Fixtures.plan());
        ArrayNode list = plan.putArray("warnings");
        for (String warning : warnings) {
            list.addObject()
                    .put("code", warning)
                    .put("message", "It is so already.")
                    .put("clusters", 0)
                    .putArray("examples");
        }
        fleet.on("POST /api/v1/plans", 200, plan);
    }
}

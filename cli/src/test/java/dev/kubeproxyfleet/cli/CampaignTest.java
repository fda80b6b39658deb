package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.Campaign;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Finding;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Source;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code kpfleet campaign}: its files, and how far it is. */
class CampaignTest {

    private static final String ID = "/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups/rg/providers"
            + "/microsoft.containerservice/managedclusters/";

    private static final String ASKED = "GET /api/v1/readiness?to=NFTABLES&select=env%3Dprod";

    private static final Finding KERNEL =
            new Finding("KernelTooOld", Weight.Blocks, Source.Agents, "the oldest kernel is 5.4.0", "Move the pools.");
    private static final Finding CALICO = new Finding(
            "CalicoDataplaneUnknown", Weight.Unknown, Source.Azure, "nobody knows Calico's data plane", "Look.");

    @TempDir
    Path folder;

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    private static ClusterReadiness cluster(String name, @Nullable String ring, Verdict verdict, Finding... findings) {
        return new ClusterReadiness(
                ID + name,
                name,
                "11111111-1111-1111-1111-111111111111",
                "rg",
                "westeurope",
                ring == null ? Map.of("env", "prod") : Map.of("env", "prod", "ring", ring),
                "1.34.7",
                verdict == Verdict.NothingToDo ? "NFTABLES" : "IPVS",
                KubeProxyMode.NFTABLES,
                verdict,
                List.of(findings),
                new ClusterReadiness.Support("2027-03-31", null, 121, "2026-08-05"));
    }

    private void asked(List<ClusterReadiness> clusters, ConfigView... published) {
        fleet.on(ASKED, 200, clusters).on("GET /api/v1/configs", 200, List.of(published));
    }

    private static ConfigView published(String name, int priority, String... clusters) {
        return new ConfigView(
                name,
                1,
                new FleetConfig.Spec(
                        new KubeProxyConfig(true, KubeProxyMode.IPVS, null),
                        null,
                        new Selector(
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of("*"),
                                List.of(clusters),
                                Selector.Tags.NONE,
                                null),
                        priority,
                        Strategy.DEFAULT,
                        FleetConfig.Drift.Report,
                        FleetConfig.NewClusters.Join,
                        null),
                new ConfigView.Latest(
                        name + ".1",
                        RolloutStatus.Cause.Publish,
                        RolloutStatus.State.Succeeded,
                        null,
                        "m",
                        Instant.EPOCH,
                        new RolloutStatus.Counts(0, 0, 0, 1, 0, 0, 0)),
                null);
    }

    private int make(String... more) {
        String[] words = {
            "campaign", "new", "leave-ipvs", "--to", "NFTABLES", "--select", "env=prod", "-o", folder.toString()
        };
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return console.run(all);
    }

    private Path config() {
        return folder.resolve("leave-ipvs.yaml");
    }

    private Path strategy() {
        return folder.resolve("strategies/leave-ipvs.yaml");
    }

    private FleetConfig.Spec spec() throws IOException {
        return FleetConfigReader.read(Files.readAllBytes(config())) instanceof Read.Valid valid
                ? valid.config().spec()
                : fail(config());
    }

    private List<StageSpec> stages() throws IOException {
        return FleetConfigReader.read(Files.readAllBytes(strategy())) instanceof Read.ValidStrategy valid
                ? valid.strategy().spec().stages()
                : fail(strategy());
    }

    private static <T> T fail(Path file) throws IOException {
        throw new AssertionError(Files.readString(file));
    }

    @Test
    void readyClustersAreListedAndTheOthersToldOf() throws IOException {
        asked(List.of(
                cluster("b", null, Verdict.Ready),
                cluster("a", null, Verdict.Ready),
                cluster("c", null, Verdict.Blocked, KERNEL, CALICO),
                cluster("d", null, Verdict.Blocked, KERNEL),
                cluster("e", null, Verdict.Unknown, CALICO),
                cluster("f", null, Verdict.NothingToDo)));

        assertThat(make()).isZero();

        assertThat(spec().kubeProxy()).isEqualTo(new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null));
        assertThat(spec().selector().clusters()).containsExactly(ID + "a", ID + "b");
        assertThat(spec().selector().tags().matchLabels()).containsExactly(Map.entry("env", "prod"));
        assertThat(spec().strategyRef()).isEqualTo("leave-ipvs");
        assertThat(Files.readString(config()))
                .contains(
                        "# Not selected: 2 Blocked (KernelTooOld 2).",
                        "# Not selected: 1 Unknown (CalicoDataplaneUnknown 1).",
                        "# Not selected: 1 NothingToDo.",
                        "#   kpfleet campaign new leave-ipvs --to NFTABLES --select env=prod -o <this folder>");
        assertThat(console.out())
                .contains(
                        "✓ 2 of 6 selected clusters in " + folder + "; nothing has started",
                        "not selected: 2 Blocked (KernelTooOld 2)",
                        "plan -f " + strategy() + " -f " + config(),
                        "apply -f " + strategy() + " -f " + config());
        assertThat(fleet.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void lintTakesBothFiles() {
        asked(List.of(cluster("a", "0: \"odd\"\n# x", Verdict.Ready)));
        make("--ring-tag", "ring");

        for (Path file : List.of(config(), strategy())) {
            Console lint = new Console();
            assertThat(lint.run("lint", "-f", file.toString())).as(lint.err()).isZero();
        }
    }

    @Test
    void aPersonApprovesTheCanaryBeforeAnyOtherCluster() throws IOException {
        asked(List.of(cluster("a", null, Verdict.Ready)));
        make();

        assertThat(stages()).extracting(StageSpec::name).containsExactly("canary", "early", "rest");
        assertThat(stages().getFirst().size()).isEqualTo(Amount.of(1));
        assertThat(stages().getFirst().approval()).isEqualTo(StageSpec.Approval.after);
        assertThat(stages()).allSatisfy(stage -> {
            assertThat(stage.bake()).isPositive();
            assertThat(stage.maxFailures()).isEqualTo(Amount.of(0));
        });
    }

    @Test
    void eachValueOfATagIsARingInItsOrder() throws IOException {
        asked(
                List.of(
                        cluster("a", "10", Verdict.Ready),
                        cluster("b", "2", Verdict.Ready),
                        cluster("c", "0", Verdict.NothingToDo),
                        cluster("d", "late", Verdict.Ready),
                        cluster("e", null, Verdict.Ready)),
                published("leave-ipvs", 4, ID + "C"));
        make("--ring-tag", "ring");

        assertThat(stages())
                .extracting(StageSpec::name)
                .containsExactly("canary", "ring-0", "ring-2", "ring-10", "ring-late", "rest");
        Selector canary = Objects.requireNonNull(stages().getFirst().selector());
        assertThat(canary.tags().matchLabels())
                .as("the first ring with one that is ready")
                .containsEntry("ring", "2");
        assertThat(spec().selector().clusters()).as("what was done stays").contains(ID + "c");
    }

    @ParameterizedTest
    @CsvSource({"none, 0", "prod-ipvs, 6", "leave-ipvs, 0"})
    void itIsAboveEveryOtherConfiguration(String name, int priority) throws IOException {
        ConfigView[] others = name.equals("none") ? new ConfigView[0] : new ConfigView[] {published(name, 5)};
        asked(List.of(cluster("a", null, Verdict.Ready)), others);
        make();

        assertThat(spec().priority()).isEqualTo(priority);
    }

    @Test
    void itIsMadeAgainOnceMoreAreReadyAndOverwritesNoEdits() throws IOException {
        asked(List.of(cluster("a", null, Verdict.Ready), cluster("b", null, Verdict.Unknown, CALICO)));
        make();
        asked(
                List.of(cluster("a", null, Verdict.NothingToDo), cluster("b", null, Verdict.Ready)),
                published("leave-ipvs", 0, ID + "a"));
        assertThat(make()).isZero();
        assertThat(spec().selector().clusters()).containsExactly(ID + "a", ID + "b");

        Files.writeString(strategy(), "# mine\n" + Files.readString(strategy()));
        assertThat(make()).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("nothing was written: 1 file", "strategies/leave-ipvs.yaml");
        assertThat(Files.readString(strategy())).startsWith("# mine\n");
    }

    @Test
    void nothingIsWrittenWhereNothingIsReady() {
        asked(List.of(cluster("a", null, Verdict.Blocked, KERNEL)));

        assertThat(make()).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err())
                .contains("nothing was written: none of 1 selected cluster is ready for mode NFTABLES");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Leave IPVS;--select env=prod; is no name of a configuration",
                "leave-ipvs; ; which clusters?",
            })
    void whatMakesNoSenseIsSaid(String name, @Nullable String selected, String message) {
        String[] words = selected == null
                ? new String[] {"campaign", "new", name, "--to", "NFTABLES"}
                : new String[] {"campaign", "new", name, "--to", "NFTABLES", "--select", "env=prod"};
        assertThat(console.run(words)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains(message);
    }

    @Test
    void tooManyRingsAreRefused() {
        asked(IntStream.range(0, 31)
                .mapToObj(i -> cluster("c" + i, "r" + i, Verdict.Ready))
                .toList());

        assertThat(make("--ring-tag", "ring")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("tag ring has 31 values, and a strategy has room for 30 rings");
    }

    private static Campaign campaign() {
        return new Campaign(
                "leave-ipvs",
                KubeProxyMode.NFTABLES,
                "leave-ipvs.2",
                RolloutStatus.State.Paused,
                new Campaign.Counts(8, 2, 3, 5, 1, 4),
                List.of(new Campaign.Obstacle("KernelTooOld", Weight.Blocks, 5, List.of("a", "b"), "Move the pools.")),
                List.of(new Campaign.Month("2026-10", 3), new Campaign.Month("2026-11", 4)),
                1,
                Instant.parse("2026-09-01T00:00:00Z"),
                new Campaign.Support("2027-03-31", 121, 6, 1, "2026-08-05"));
    }

    @Test
    void statusTellsWhatIsDoneWhenAndWhatTheOthersAreBlockedBy() {
        fleet.on("GET /api/v1/campaigns/leave-ipvs", 200, campaign());

        assertThat(console.run("campaign", "status", "leave-ipvs")).isZero();
        assertThat(console.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
                .containsExactly(
                        "CAMPAIGN TO DONE UNDER WAY READY BLOCKED UNKNOWN NOTHING TO DO ROLLOUT",
                        "leave-ipvs NFTABLES 8 2 3 5 1 4 leave-ipvs.2 Paused",
                        "",
                        "CLUSTERS CODE WEIGHT SUCH AS WHAT HELPS",
                        "5 KernelTooOld Blocks a Move the pools.",
                        "",
                        "MONTH DONE",
                        "2026-10 3",
                        "2026-11 4",
                        "1 cluster was done before, or had the mode already; nobody knows when",
                        "what was done in which month is not known before 2026-09-01T00:00:00Z",
                        "support ends first on 2027-03-31, in 121 days, for 6 clusters that are left, by the calendar of"
                                + " 2026-08-05; of 1 cluster nobody knows it",
                        "follow its rollout: ./kpfleet get rollout leave-ipvs.2 -w");
    }

    @Test
    void statusOfAllIsALineEachAndTheServicesOwnAnswerInJson() {
        fleet.on("GET /api/v1/campaigns", 200, List.of(campaign()));

        assertThat(console.run("campaign", "status")).isZero();
        assertThat(console.out().lines()).hasSize(2);
        assertThat(console.run("campaign", "status", "-o", "jsonpath={.items[*].clusters.done}"))
                .isZero();
        assertThat(console.out()).endsWith("8");
    }

    @Test
    void aCampaignThatThereIsNotIsSaid() {
        fleet.on("GET /api/v1/campaigns/x", 404, Map.of("code", "UnknownConfig", "message", "there is no campaign x"));

        assertThat(console.run("campaign", "status", "x")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("there is no campaign x");
    }
}

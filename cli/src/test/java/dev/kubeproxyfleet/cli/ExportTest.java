package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is published, as files: each reads back as what it was made of. */
class ExportTest {

    private static final FleetConfig.Spec REFERRING = new FleetConfig.Spec(
            Fixtures.SPEC.kubeProxy(),
            null,
            Fixtures.SPEC.selector(),
            7,
            Strategy.DEFAULT,
            FleetConfig.Drift.Correct,
            FleetConfig.NewClusters.Ignore,
            "careful");
    private static final FleetStrategy CAREFUL = FleetStrategy.of("careful", Strategy.DEFAULT);

    @TempDir
    Path folder;

    private final FakeFleet fleet = new FakeFleet()
            .on("GET /api/v1/configs", 200, List.of(view("own", Fixtures.SPEC), view("referring", REFERRING)))
            .on("GET /api/v1/strategies", 200, List.of(CAREFUL, FleetStrategy.of("unused", Strategy.DEFAULT)));
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void everythingIsInAFolderAndReadsBackAsItWas() throws IOException {
        assertThat(console.run("export", "-o", folder.toString())).isZero();

        assertThat(console.out()).isEqualTo("✓ 4 files in " + folder + "\n");
        assertThat(files())
                .containsExactlyInAnyOrder(
                        "own.yaml", "referring.yaml", "strategies/careful.yaml", "strategies/unused.yaml");
        assertThat(config("own.yaml")).isEqualTo(FleetConfig.of("own", Fixtures.SPEC));
        assertThat(Files.readString(folder.resolve("referring.yaml"))).doesNotContain("stages");
        assertThat(config("referring.yaml").spec().strategyRef()).isEqualTo("careful");
        assertThat(config("referring.yaml").spec().priority()).isEqualTo(7);
        assertThat(FleetConfigReader.read(Files.readAllBytes(folder.resolve("strategies/careful.yaml"))))
                .isInstanceOfSatisfying(
                        Read.ValidStrategy.class,
                        read -> assertThat(read.strategy()).isEqualTo(CAREFUL));
    }

    @Test
    void lintTakesWhatWasExported() throws IOException {
        console.run("export", "-o", folder.toString());
        for (String file : files()) {
            assertThat(new Console().run("lint", "-f", folder.resolve(file).toString()))
                    .as(file)
                    .isZero();
        }
    }

    @Test
    void oneConfigurationGoesToStandardOutput() {
        assertThat(console.run("export", "own")).isZero();
        assertThat(FleetConfigReader.read(console.out().getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Read.Valid.class,
                        read -> assertThat(read.config()).isEqualTo(FleetConfig.of("own", Fixtures.SPEC)));
    }

    @Test
    void theStrategyOfAConfigurationComesWithIt() throws IOException {
        assertThat(console.run("export", "referring", "-o", folder.toString())).isZero();
        assertThat(files()).containsExactlyInAnyOrder("referring.yaml", "strategies/careful.yaml");
    }

    @Test
    void severalNeedAFolder() {
        assertThat(console.run("export")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("this is 4 files; name a folder for them with -o.");
        assertThat(console.out()).isEmpty();
    }

    @Test
    void aNameThatIsNotPublishedIsSaid() {
        assertThat(console.run("export", "own", "none")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).contains("no configuration is called none; './kpfleet get configs' lists them.");
    }

    @Test
    void nothingPublishedIsSaid() {
        fleet.on("GET /api/v1/configs", 200, List.of()).on("GET /api/v1/strategies", 200, List.of());
        assertThat(console.run("export")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("nothing is published.");
    }

    /** The folder is somebody's: what they changed stays, and what is published no more is named. */
    @Test
    void aFileThatSomebodyChangedIsNotOverwritten() throws IOException {
        console.run("export", "-o", folder.toString());
        Files.writeString(folder.resolve("own.yaml"), "# mine\n");

        assertThat(console.run("export", "-o", folder.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("nothing was written: 1 file", "own.yaml");
        assertThat(Files.readString(folder.resolve("own.yaml"))).isEqualTo("# mine\n");

        assertThat(console.run("export", "--force", "-o", folder.toString())).isZero();
        fleet.on("GET /api/v1/configs", 200, List.of(view("referring", REFERRING)));
        assertThat(console.run("export", "-o", folder.toString())).isZero();
        assertThat(console.err()).contains("no longer written", "own.yaml");
    }

    @Test
    void aServiceThatRefusesIsHeard() {
        fleet.on("GET /api/v1/strategies", 503, java.util.Map.of("code", "", "message", "not yet"));
        assertThat(console.run("export")).isNotZero();
        assertThat(console.err()).contains("not yet");
    }

    /** It needs no service, and the path is that of Azure's own API. */
    @ParameterizedTest
    @EnumSource
    void theCodeThatOwnsClustersCanLeaveThePropertyToUs(ForeignOwner owner) {
        Console offline = new Console();

        assertThat(offline.run("export", "--ignore", owner.name())).isZero();
        assertThat(offline.out())
                .contains(
                        switch (owner) {
                            case terraform -> "ignore_body_changes = [\"properties.networkProfile.kubeProxyConfig\"]";
                            case bicep -> "@onlyIfNotExists()\nresource cluster ";
                        })
                .doesNotContain("\t");
        assertThat(bracketsOf(offline.out(), owner)).as("what opens closes").isEmpty();
    }

    @Test
    void whatIsIgnoredIsNoFile() {
        assertThat(console.run("export", "own", "--ignore", "bicep")).isEqualTo(ExitCode.USAGE);
        assertThat(console.run("export", "-o", folder.toString(), "--ignore", "terraform"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("leave names and -o out");
        assertThat(console.run("export", "--ignore", "pulumi")).isEqualTo(ExitCode.USAGE);
    }

    /** Brackets of code that are left when each pair is taken away. */
    private static String bracketsOf(String block, ForeignOwner owner) {
        String comment = owner == ForeignOwner.bicep ? "//" : "#";
        String left = block.lines()
                .filter(line -> !line.strip().startsWith(comment))
                .map(line -> line.replaceAll("[^\\[\\](){}]", ""))
                .collect(Collectors.joining());
        while (left.matches(".*(\\[]|\\(\\)|\\{}).*")) {
            left = left.replaceAll("\\[]|\\(\\)|\\{}", "");
        }
        return left;
    }

    private FleetConfig config(String file) throws IOException {
        return FleetConfigReader.read(Files.readAllBytes(folder.resolve(file))) instanceof Read.Valid valid
                ? valid.config()
                : throwing(file);
    }

    private static FleetConfig throwing(String file) {
        throw new AssertionError(file + " is no FleetConfig");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString())
                    .filter(path -> !path.equals(WrittenFolder.LIST))
                    .toList();
        }
    }

    private static ConfigView view(String name, FleetConfig.Spec spec) {
        RolloutStatus latest = Fixtures.running().rollout();
        return new ConfigView(
                name,
                2,
                spec,
                new ConfigView.Latest(
                        name + ".2",
                        latest.cause(),
                        latest.state(),
                        null,
                        latest.message(),
                        latest.since(),
                        new RolloutStatus.Counts(1, 1, 1, 1, 1, 1, 0)),
                null);
    }
}

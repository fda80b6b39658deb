package dev.kubeproxyfleet.fleet.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bugs planted in the statistics one at a time: the simulation must catch each. A bug whose place is gone fails. */
class PlantedBugsTest {

    private static final int SEEDS = 200;

    private static final String PACKAGE = "dev.kubeproxyfleet.fleet.gate.";
    private static final Path SOURCES = Path.of("src/main/java", PACKAGE.split("\\.", -1));

    /** @param wrong what takes the place of {@code right} in the source file */
    private record Bug(String name, String file, String right, String wrong) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bug> bugs() {
        return Stream.of(
                new Bug("clusters are all alike", "Baseline.java", "weight * logRatio()", "0 * logRatio()"),
                new Bug("counts vary by chance alone", "Baseline.java", "Math.max(1, chiSquared / (groups - 1))", "1"),
                new Bug(
                        "clusters may differ without bound",
                        "Baseline.java",
                        "return PRIOR * PRIOR / (PRIOR * PRIOR + variance);",
                        "return 1;"),
                new Bug("only the last look counts", "Comparison.java", "logRatios.get(i)", "0.0"),
                new Bug(
                        "nodes that tell nothing have counted nothing",
                        "Comparison.java",
                        "* more.changedNodeSeconds()\n                / more.unchangedNodeSeconds()",
                        "* baseline.before().changedNodeSeconds()\n                / baseline.before().unchangedNodeSeconds()"),
                new Bug(
                        "where nobody looks, all is well",
                        "Comparison.java",
                        "seen.changedNodeSeconds() < limits.minNodeSeconds()",
                        "seen.changedNodeSeconds() < 0"),
                new Bug(
                        "a noisy cluster beside silent ones does harm",
                        "Baseline.java",
                        "KNOWN_WEIGHT = 0.9",
                        "KNOWN_WEIGHT = 0"),
                new Bug(
                        "clusters that join first are like all",
                        "Baseline.java",
                        "Math.min(unevenness, ",
                        "Math.min(1, "),
                new Bug(
                        "what has nothing to compare with fails",
                        "Comparison.java",
                        "return comparesWithOthers() && isHit(limits);",
                        "return isHit(limits);"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugs")
    void isCaught(Bug bug, @TempDir Path mutant) throws Exception {
        assertThat(broken(bug, mutant)).isNotEmpty();
    }

    /** Else statistics that only fail to load beside their mutants would pass for ones in which each bug is caught. */
    @Test
    void withoutABugNothingIsCaught(@TempDir Path mutant) throws Exception {
        assertThat(broken(new Bug("none", "Baseline.java", "weight", "weight"), mutant))
                .isEmpty();
    }

    /** What the simulation says of the mutant's classes, with this package's others as they are. */
    private static List<?> broken(Bug bug, Path mutant) throws Exception {
        compile(bug, mutant);
        URL[] places = {mutant.toUri().toURL(), location(Comparison.class), location(GateSimulation.class)};
        try (URLClassLoader classes = new URLClassLoader(places, PlantedBugsTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                synchronized (getClassLoadingLock(name)) {
                    if (!name.startsWith(PACKAGE)) {
                        return super.loadClass(name, resolve);
                    }
                    Class<?> loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
            }
        }) {
            return (List<?>) classes.loadClass(PACKAGE + "GateSimulation")
                    .getMethod("broken", int.class)
                    .invoke(null, SEEDS);
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static void compile(Bug bug, Path into) throws Exception {
        String source = Files.readString(SOURCES.resolve(bug.file()));
        assertThat(source).as("where \"%s\" is planted", bug).contains(bug.right());
        Path changed = Files.createDirectories(into.resolve("source")).resolve(bug.file());
        Files.writeString(changed, source.replace(bug.right(), bug.wrong()));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-nowarn",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "-d",
                        into.toString(),
                        changed.toString());
        assertThat(result).as("compiling \"%s\"", bug).isZero();
    }
}

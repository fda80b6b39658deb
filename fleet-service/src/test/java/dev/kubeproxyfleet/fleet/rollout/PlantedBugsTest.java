package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bugs planted in the core one at a time: the simulation must catch each. A bug whose place is no longer in the source fails,
 * so that the list follows the code.
 */
class PlantedBugsTest {

    private static final int SEEDS = 1_000;
    private static final String PACKAGE = "dev.kubeproxyfleet.fleet.rollout.";
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
                new Bug(
                        "caps: one more than maxConcurrent of a stage",
                        "Stage.java",
                        "Math.max(0, maxConcurrent - inFlight())",
                        "Math.max(0, maxConcurrent + 1 - inFlight())"),
                new Bug(
                        "caps: one more than maxConcurrent of a group",
                        "Stage.java",
                        "groups.get(group).maxConcurrent() - groups",
                        "groups.get(group).maxConcurrent() + 1 - groups"),
                new Bug(
                        "caps: one failure more than maxFailures",
                        "Stage.java",
                        "counts.failed() > maxFailures",
                        "counts.failed() > maxFailures + 1"),
                new Bug(
                        "caps: two writers of one cluster",
                        "Progress.java",
                        "return draft.writer(cluster.id())\n",
                        "return Optional.<RolloutId>empty()\n"),
                new Bug(
                        "order: a stage begins while the one before it bakes",
                        "Rollout.java",
                        "instanceof StageState.Done)",
                        "instanceof StageState.Done || stages.get(i).state() instanceof StageState.Baking)"),
                new Bug(
                        "order: a bake is over at once",
                        "StageState.java",
                        "return !now.isBefore(until);",
                        "return true;"),
                new Bug(
                        "order: clusters start outside of windows",
                        "Progress.java",
                        "if (!hours.isOpen(draft.now())) {",
                        "if (hours == null) {"),
                new Bug(
                        "order: a stage stays done when a cluster is retried in it",
                        "Upkeep.java",
                        "stage.with(stage.state().reopen(draft.now()))",
                        "stage"),
                new Bug(
                        "fencing: an outcome of an older attempt counts",
                        "Reports.java",
                        "|| updating.attempt() != outcome.attempt()",
                        "|| updating.attempt() < 0"),
                new Bug(
                        "fencing: a repeated command is carried out again",
                        "ConfigState.java",
                        "return recentEvents.contains(eventId);",
                        "return false;"),
                new Bug(
                        "fencing: another config of higher priority is ignored",
                        "Admission.java",
                        "if (objection.isPresent()) {",
                        "if (objection.isPresent() && objection.get() instanceof Preflight.Verdict.Go) {"),
                new Bug(
                        "rollback: an older change overtakes a newer one that has no room",
                        "Reversal.java",
                        "case Step.NoRoom _ -> {\n                    return;\n                }",
                        "case Step.NoRoom _ -> {}"),
                new Bug(
                        "rollback: what was unset is unset again",
                        "Reversal.java",
                        "KubeProxyConfig.explicit(before.effective())",
                        "before"),
                new Bug(
                        "rollback: a change is not counted as one",
                        "Progress.java",
                        "changes ? rollout.changedOneMore() : rollout",
                        "rollout"),
                new Bug(
                        "drift: corrected for ever",
                        "Scope.java",
                        "return recentCorrections(cluster, now).size() >= MAX_CORRECTIONS;",
                        "return false;"),
                new Bug(
                        "drift: never corrected",
                        "Upkeep.java",
                        "spec.drift() == FleetConfig.Drift.Correct\n",
                        "spec.drift() == null\n"),
                new Bug(
                        "evidence: snapshots from before the write count",
                        "Verification.java",
                        ".filter(observed -> !observed.oldestSnapshotAt().isBefore(appliedAt))",
                        ""),
                new Bug(
                        "deferral: a stopped cluster fails its rollout",
                        "SkipCode.java",
                        "return isDeferred(code) || RELEASED",
                        "return RELEASED"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugs")
    void isCaught(Bug bug, @TempDir Path mutant) throws Exception {
        compile(bug, mutant);
        try (URLClassLoader classes = besideTheMutant(mutant)) {
            Method run = classes.loadClass(PACKAGE + "FleetSimulation").getMethod("run", long.class, int.class);
            assertThat(seedsUntilCaught(run))
                    .as("seeds until the simulation catches \"%s\", 0 for none of %s", bug, SEEDS)
                    .isPositive();
        }
    }

    private static int seedsUntilCaught(Method run) throws IllegalAccessException {
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                run.invoke(null, seed, FleetSimulation.DEFAULT_EVENTS);
            } catch (InvocationTargetException e) {
                return seed + 1;
            }
        }
        return 0;
    }

    /** The mutant's classes, and this package's others as they are, apart from the real ones. */
    private static URLClassLoader besideTheMutant(Path mutant) throws IOException {
        URL[] places = {mutant.toUri().toURL(), location(RolloutEngine.class), location(FleetSimulation.class)};
        return new URLClassLoader(places, PlantedBugsTest.class.getClassLoader()) {
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
        };
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    private static void compile(Bug bug, Path into) throws IOException {
        String source = Files.readString(SOURCES.resolve(bug.file()));
        assertThat(source).as("where \"%s\" is planted", bug).contains(bug.right());
        Path changed = Files.createDirectories(into.resolve("source")).resolve(bug.file());
        Files.writeString(changed, source.replace(bug.right(), bug.wrong()));
        List<String> arguments = List.of(
                "-proc:none",
                "-nowarn",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                into.toString(),
                changed.toString());
        int result = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        assertThat(result).as("compiling \"%s\"", bug).isZero();
    }
}

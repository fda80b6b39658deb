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
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bugs planted in the core one at a time: the simulation must catch each. A bug whose place is no longer in the source fails,
 * so that the list follows the code.
 */
class PlantedBugsTest {

    /** The rarest of these bugs needs a thousand lives; most are found within ten. */
    private static final int SEEDS = 3_000;

    private static final int SEEDS_OF_AGENTS = 200;

    /** As many as a bug needs at most, for most bugs. */
    private static final int SEEDS_OF_THE_CORE = 50;

    /** Lives that are lived at once, so that none is lived in vain for long. */
    private static final int AT_ONCE = 4;

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
                        "caps: a share of failures that rounds up",
                        "Stage.java",
                        "spec.maxFailures().roundedDown(clusters),",
                        "spec.maxFailures().roundedDown(clusters + 9),"),
                new Bug(
                        "caps: who resumes accepts a failure too many",
                        "Stage.java",
                        "Math.max(maxFailures, counts.failed())",
                        "Math.max(maxFailures, counts.failed() + 1)"),
                new Bug(
                        "caps: a newcomer is not counted",
                        "Upkeep.java",
                        "Rollout joined = rollout.joined(newcomer);",
                        "Rollout joined = rollout;"),
                new Bug(
                        "caps: clusters of a superseded rollout do not count",
                        "Starts.java",
                        "earlier.inFlight() > 0",
                        "earlier.inFlight() < 0"),
                new Bug(
                        "caps: two writers of one cluster",
                        "Starts.java",
                        "return draft.writer(cluster.id())\n",
                        "return Optional.<RolloutId>empty()\n"),
                new Bug(
                        "caps: the share of a canary rounds down",
                        "Planner.java",
                        "spec.size().value() + 99) / 100",
                        "spec.size().value()) / 100"),
                new Bug(
                        "evidence: what a Kubernetes API showed before the change counts",
                        "Delivery.java",
                        "seen.at().isBefore(shownSince)",
                        "seen.at().isBefore(Instant.EPOCH)"),
                new Bug(
                        "evidence: pods that are not ready, or are yet to be replaced, count",
                        "Delivery.java",
                        "&& matching >= required",
                        "&& matching + unready + late >= required"),
                new Bug(
                        "evidence: one of both sources is enough",
                        "KubeProxyFindings.java",
                        "case Both -> nodes.isProven() && delivery.isProven()",
                        "case Both -> nodes.isProven() || delivery.isProven()"),
                new Bug(
                        "evidence: agents are believed where the Kubernetes API is asked",
                        "KubeProxyFindings.java",
                        "case Kubernetes -> delivery.isProven()",
                        "case Kubernetes -> nodes.isProven()"),
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
                        "order: what was changed and then skipped does not bake",
                        "Progress.java",
                        "cluster -> cluster.place().stage() == index",
                        "cluster -> cluster.place().stage() < 0"),
                new Bug(
                        "order: a stage bakes in which nothing was changed",
                        "Stage.java",
                        "return counts.skipped() == counts.total();",
                        "return counts.total() == 0;"),
                new Bug("order: half a bake", "StageState.java", "now.plus(bake)", "now.plus(bake.dividedBy(2))"),
                new Bug(
                        "order: clusters start outside of windows",
                        "Starts.java",
                        "if (!hours.isOpen(draft.now())) {",
                        "if (hours == null) {"),
                new Bug(
                        "order: a cluster's maintenance windows are not waited for",
                        "Admission.java",
                        "if (!honourAksMaintenance) {",
                        "if (!honourAksMaintenance || cluster.maintenanceWindows() != null) {"),
                new Bug(
                        "order: a scheduled start is not waited for",
                        "Planner.java",
                        "now.isBefore(startAt)",
                        "now.isBefore(Instant.EPOCH)"),
                new Bug(
                        "order: a stage stays done when a cluster is retried in it",
                        "Upkeep.java",
                        "rollout.stages().get(index).reopen(draft.now())",
                        "rollout.stages().get(index)"),
                new Bug(
                        "order: an approval counts for a stage that came after it",
                        "Steering.java",
                        "command.at().isBefore(awaiting.since())",
                        "command.at().isAfter(draft.now())"),
                new Bug("pause: answered, and not done", "Steering.java", "draft.put(rollout.with(paused));\n", ""),
                new Bug(
                        "pause: a paused rollout takes one step more",
                        "RolloutEngine.java",
                        "case RolloutState.Paused _, RolloutState.Ended _ -> {}",
                        """
                        case RolloutState.Paused _ when rollout.stages().stream().noneMatch(Stage::hasExceededFailures) -> Progress.run(draft, rollout.with(new RolloutState.Running(now, null, null)), blockedCandidates);
                                        case RolloutState.Paused _, RolloutState.Ended _ -> {}"""),
                new Bug(
                        "pause: a rollout that is paused before it is planned is planned all the same",
                        "RolloutEngine.java",
                        "case RolloutState.Paused _, RolloutState.Ended _ -> {}",
                        """
                        case RolloutState.Paused(var _, var _, var _, RolloutState.Planned planned) -> Progress.plan(draft, rollout, planned);
                                        case RolloutState.Paused _, RolloutState.Ended _ -> {}"""),
                new Bug(
                        "pause: a rollout that was paused before it was planned is resumed without a plan",
                        "RolloutState.java",
                        "return from.again(now);",
                        "return from instanceof Planned ? new Running(now, null, null) : from.again(now);"),
                new Bug(
                        "pause: a rollback that is resumed goes forward",
                        "RolloutState.java",
                        "return from.again(now);",
                        "return from instanceof RollingBack ? new Running(now, null, null) : from.again(now);"),
                new Bug(
                        "fencing: an outcome of an older attempt counts",
                        "Reports.java",
                        "|| updating.attempt() != outcome.attempt()",
                        "|| updating.attempt() < 0"),
                new Bug(
                        "fencing: an outcome of an older generation counts",
                        "Reports.java",
                        "RolloutId id = new RolloutId(outcome.config(), outcome.generation());\n        Optional<Rollout> rollout",
                        "RolloutId id = draft.fleet().config(outcome.config()).map(ConfigState::latestRollout).orElseThrow();\n        Optional<Rollout> rollout"),
                new Bug(
                        "fencing: an operation is withdrawn while the worker waits",
                        "Reports.java",
                        "if (!(outcome.result() instanceof Outcome.Waiting)) {",
                        "if (outcome.result() != null) {"),
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
                        "fencing: a deleted config rolls on",
                        "Publishing.java",
                        "draft.put(rollout.with(state).release());",
                        "draft.put(rollout);"),
                new Bug(
                        "fencing: a deletion forgets the rollback of an earlier rollout",
                        "Publishing.java",
                        "long generation = config.get().fullGeneration();",
                        "long generation = config.get().generation();"),
                new Bug(
                        "rollback: an older change overtakes a newer one that has no room",
                        "Reversal.java",
                        "case Step.NoRoom _ -> {\n                    return;\n                }",
                        "case Step.NoRoom _ -> {}"),
                new Bug("rollback: what was unset is unset again", "Reversal.java", "before.explicit()", "before"),
                new Bug(
                        "rollback: a change is not counted as one",
                        "Starts.java",
                        "changes ? rollout.changedOneMore() : rollout",
                        "rollout"),
                new Bug(
                        "rollback: ARM's own word on what was there is not taken",
                        "Reports.java",
                        "if (changed && tellsWhatWasThere(",
                        "if (!changed && tellsWhatWasThere("),
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
                        "drift: noticed only where it is to be corrected",
                        "DriftJudge.java",
                        "if (rollout.isEmpty() || draft",
                        "if (rollout.isEmpty() || rollout.get().spec().drift() == FleetConfig.Drift.Report || draft"),
                new Bug(
                        "drift: an old listing passes for someone else's change",
                        "DriftJudge.java",
                        "if (converged.listed() || ",
                        "if (converged != null || "),
                new Bug(
                        "drift: one whose config or cluster is gone never ends",
                        "Upkeep.java",
                        "judge.endWhatIsOver(admissions);",
                        ""),
                new Bug(
                        "drift: one that a rollback ends is not said to have ended",
                        "Draft.java",
                        "if (from.hasDrifted() && !to.hasDrifted()) {",
                        "if (from.hasDrifted() && to.hasDrifted()) {"),
                new Bug(
                        "drift: nodes are not looked at",
                        "DriftJudge.java",
                        "if (!nodesCount || !contradicted(",
                        "if (!nodesCount || converged != null || !contradicted("),
                new Bug(
                        "drift: a node that is late for a moment has drifted",
                        "DriftJudge.java",
                        "since.plus(draft.lag().dividedBy(NODES_SETTLE))",
                        "since"),
                new Bug(
                        "drift: nodes that fall silent have come back",
                        "DriftJudge.java",
                        "return !nodesCount || findings(spec, cluster, converged, record).isProven()",
                        "return !nodesCount || !contradicted(spec, cluster, converged, record)"),
                new Bug(
                        "identity: a cluster passes for the one that had its name",
                        "Scope.java",
                        ".filter(found -> !cluster.isOtherThan(found.uid()))",
                        ""),
                new Bug(
                        "identity: what another cluster had is given back",
                        "RolloutCluster.java",
                        "record.filter(found -> found.isOtherThan(uid))",
                        "record.filter(found -> found.id().isEmpty())"),
                new Bug(
                        "order: a canary that has shown nothing is enough",
                        "StageProof.java",
                        "return stage.counts().total() > 0",
                        "return stage.counts().total() < 0"),
                new Bug(
                        "upkeep: a newcomer that fails holds the others",
                        "Continuity.java",
                        "case Failed -> cause == Cause.CatchUp;",
                        "case Failed -> false;"),
                new Bug(
                        "preflight: a lock is not looked at",
                        "Preflight.java",
                        "subscription.flatMap(record -> record.readOnlyScope(cluster.id()))",
                        "Optional.empty()"),
                new Bug(
                        "evidence: snapshots from before the write count",
                        "Verification.java",
                        "if (observed.oldestSnapshotAt().isBefore(shownSince)) {",
                        "if (observed.oldestSnapshotAt().isBefore(Instant.EPOCH)) {"),
                new Bug(
                        "evidence: kube-proxy is believed before it has programmed a rule",
                        "Verification.java",
                        "return proof == Evidence.Proof.PROVEN",
                        "return proof != Evidence.Proof.MODE_UNKNOWN"),
                new Bug(
                        "evidence: a mode is believed whose rules nobody knows of",
                        "Verification.java",
                        "(modeStays && kernelTells) || gate.proof() == Gate.Proof.Ignore",
                        "true"),
                new Bug(
                        "evidence: nodes that no pool counts do not count",
                        "Verification.java",
                        "Math.max(nodesExpected, evidence.nodesReporting())",
                        "nodesExpected"),
                new Bug(
                        "evidence: coverage rounds down",
                        "Verification.java",
                        "RoundingMode.CEILING",
                        "RoundingMode.FLOOR"),
                new Bug(
                        "evidence: a cluster fails before its deadline",
                        "Reports.java",
                        "now.isAfter(verifying.deadline())",
                        "now.isAfter(verifying.since().plusSeconds(60))"),
                new Bug(
                        "evidence: a kube-proxy that restarts again and again is proof",
                        "Verification.java",
                        "return restarting > leftOut();",
                        "return false;"),
                new Bug(
                        "evidence: whether services can be reached does not matter",
                        "Verification.java",
                        "return services == Services.JUDGED && unreaching > 0",
                        "return services == Services.JUDGED && unreaching < 0"),
                new Bug(
                        "evidence: what has come not to fit together does not matter",
                        "Verification.java",
                        "entry.getValue() > leftOut());",
                        "entry.getValue() < 0);"),
                new Bug(
                        "proof: one bad look decides",
                        "ProofGate.java",
                        "!draft.now().isBefore(until)",
                        "!draft.now().isBefore(since)"),
                new Bug(
                        "newcomers: taken where they are to be ignored",
                        "Upkeep.java",
                        "found.spec().newClusters() == FleetConfig.NewClusters.Join",
                        "found.spec().newClusters() != null"),
                new Bug(
                        "newcomers: caught up with where they are to be ignored",
                        "Scope.java",
                        ".orElse(joins(config));",
                        ".orElse(true);"),
                new Bug("newcomers: never caught up with", "Upkeep.java", "(isNew || isReadyAgain)", "isReadyAgain"),
                new Bug(
                        "deferral: a stopped cluster fails its rollout",
                        "SkipCode.java",
                        "return isDeferred(code)\n                ||",
                        "return"),
                new Bug(
                        "deferral: a busy cluster is skipped at once",
                        "Starts.java",
                        ".isAfter(next.since()\n",
                        ".isAfter(Instant.EPOCH\n"),
                new Bug(
                        "deferral: a stopped cluster is never caught",
                        "Scope.java",
                        "boolean mayPass = cluster.isDeferred()\n",
                        "boolean mayPass = false\n"),
                new Bug(
                        "gates: a Fail stops nothing",
                        "StageGuard.java",
                        ".filter(StageGate::fails)",
                        ".filter(gate -> false)"),
                new Bug(
                        "gates: an answer is not waited for",
                        "StageGate.java",
                        "return code == GateReason.AnswerAwaited && overruled == null;",
                        "return false;"),
                new Bug(
                        "gates: a stage does not look at what it has changed",
                        "Watching.java",
                        "cluster.place().stage() == index",
                        "cluster.place().stage() > index"),
                new Bug(
                        "retention: clusters of what was removed stay",
                        "Retention.java",
                        "clusters.size() < step ? null : id.generation()",
                        "null"),
                new Bug(
                        "retention: all clusters go at once",
                        "Retention.java",
                        "clusterNames(id, step)",
                        "clusterNames(id, 1_000 * step)"),
                new Bug(
                        "people: a retry brings back what an operator left out",
                        "Retry.java",
                        "skipped.code() == ClusterReason.SkippedByOperator))",
                        "skipped.code() == null))"),
                new Bug(
                        "timelines: a state that a stage has left is not written down",
                        "Stage.java",
                        "StageTimeline.moved(timeline, state, next)",
                        "timeline"),
                new Bug(
                        "timelines: work that goes on is taken for a pause",
                        "Rollout.java",
                        "stages.stream().map(stage -> stage.timed(now)).toList()",
                        "stages"));
    }

    /** Those that lives of agents find. */
    static Stream<Bug> bugsOfAgents() {
        return Stream.of(
                new Bug(
                        "agents: what the Kubernetes API showed before the write counts",
                        "AgentDelivery.java",
                        "&& !seen.at().isBefore(times.deliverySince())",
                        "&& seen.linuxNodes() > 0"),
                new Bug(
                        "agents: those that are silent count",
                        "AgentDelivery.java",
                        "(isRolledOut(shown) && reporting >= required)",
                        "isRolledOut(shown)"),
                new Bug(
                        "agents: that they report is enough",
                        "AgentDelivery.java",
                        "(isRolledOut(shown) && reporting >= required)",
                        "reporting >= required"),
                new Bug(
                        "agents: what they reported before the write counts",
                        "AgentDelivery.java",
                        "!observed.oldestSnapshotAt().isBefore(times.nodesSince())",
                        "observed.nodes() > 0"),
                new Bug(
                        "agents: someone else's pass for ours",
                        "Present.java",
                        "!daemonSets.stream().allMatch(AgentDaemonSet::isOwned)",
                        "daemonSets.stream().noneMatch(each -> each.desired() > 0)"),
                new Bug(
                        "agents: someone else's are written",
                        "Preflight.java",
                        ".filter(daemonSet -> !daemonSet.isOwned())",
                        ".filter(daemonSet -> daemonSet.desired() < 0)"),
                new Bug(
                        "agents: what is half written passes for what was there before",
                        "Reports.java",
                        "(known != null && !found.isSameAs(known) && found.isMixOf(given, known))",
                        "found.isSameAs(given)"),
                new Bug(
                        "agents: a config of kube-proxy is in their way",
                        "Precedence.java",
                        "&& claim.kind() == spec.desired().kind()",
                        ""),
                new Bug(
                        "agents: what nobody has seen is drift",
                        "DriftJudge.java",
                        "!isInPlace && !present.isOther(spec.desired(), record)",
                        "present instanceof Present.ModeUnknown"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugs")
    void isCaught(Bug bug, @TempDir Path mutant) throws Exception {
        isCaught(bug, mutant, SEEDS, PlantedBugsTest::lifeOfAFleet);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bugsOfAgents")
    void isCaughtByLivesOfAgents(Bug bug, @TempDir Path mutant) throws Exception {
        isCaught(bug, mutant, SEEDS_OF_AGENTS, PlantedBugsTest::lifeOfAgents);
    }

    private static void isCaught(Bug bug, Path mutant, int seeds, Lives lives) throws Exception {
        compile(bug, mutant);
        try (URLClassLoader classes = besideTheMutant(mutant)) {
            assertThat(firstFailure(lives.in(classes), seeds))
                    .as("what %s lives say of \"%s\"", seeds, bug)
                    .hasValueSatisfying(failure -> assertThat(String.valueOf(failure.getCause()))
                            .as("it breaks a promise, and not only the core")
                            .startsWith(SimulationFailure.class.getName()));
        }
    }

    /** Else a core that only fails to load beside its mutants would pass for one in which each bug is caught. */
    @Test
    void theCoreItselfIsNotCaughtInTheSameWay(@TempDir Path mutant) throws Exception {
        compile(new Bug("none", "Stage.java", "maxConcurrent", "maxConcurrent"), mutant);
        try (URLClassLoader classes = besideTheMutant(mutant)) {
            assertThat(classes.loadClass(PACKAGE + "Stage")).isNotSameAs(Stage.class);
            assertThat(firstFailure(lifeOfAFleet(classes), SEEDS_OF_THE_CORE)).isEmpty();
            assertThat(firstFailure(lifeOfAgents(classes), SEEDS_OF_THE_CORE)).isEmpty();
        }
    }

    /** Lives one life of a seed. */
    @FunctionalInterface
    private interface Life {
        void live(long seed) throws ReflectiveOperationException;
    }

    /** Lives of the classes that a loader has. */
    @FunctionalInterface
    private interface Lives {
        Life in(ClassLoader classes) throws ReflectiveOperationException;
    }

    private static Life lifeOfAFleet(ClassLoader classes) throws ReflectiveOperationException {
        Method run = classes.loadClass(PACKAGE + "FleetSimulation").getMethod("run", long.class, int.class);
        return seed -> run.invoke(null, seed, FleetSimulation.DEFAULT_EVENTS);
    }

    private static Life lifeOfAgents(ClassLoader classes) throws ReflectiveOperationException {
        Method run = classes.loadClass(PACKAGE + "AgentsSimulation").getMethod("run", long.class);
        return seed -> run.invoke(null, seed);
    }

    /** How the first of so many lives fails, if any does. */
    private static Optional<Throwable> firstFailure(Life life, int seeds) {
        for (int first = 0; first < seeds; first += AT_ONCE) {
            Optional<Throwable> failure = LongStream.range(first, Math.min(first + AT_ONCE, seeds))
                    .parallel()
                    .mapToObj(seed -> failure(life, seed))
                    .flatMap(Optional::stream)
                    .findFirst();
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    private static Optional<Throwable> failure(Life life, long seed) {
        try {
            life.live(seed);
            return Optional.empty();
        } catch (InvocationTargetException e) {
            return Optional.of(e.getTargetException());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
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

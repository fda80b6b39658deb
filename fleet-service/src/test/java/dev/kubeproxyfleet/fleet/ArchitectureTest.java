package dev.kubeproxyfleet.fleet;

import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rules of all modules that this one's tests see; the command line has its own. */
class ArchitectureTest {

    private static final String SERVICE = "dev.kubeproxyfleet.fleet";
    private static final String AGENT = "dev.kubeproxyfleet.agent";
    private static final String SIMULATOR = "dev.kubeproxyfleet.simulator";
    private static final String SCHEMAS = "dev.kubeproxyfleet.schemas";

    /** What each package of the service may use of the service's others. A new package needs a line here. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry(SERVICE, Set.of(SERVICE + ".selfcheck")),
            entry(SERVICE + ".selfcheck", Set.of()),
            entry(SERVICE + ".tracing", Set.of()),
            entry(SERVICE + ".gate", Set.of()),
            entry(SERVICE + ".rollout", Set.of(SERVICE + ".gate")),
            // Kafka, Azure and the clusters say themselves what is missing there.
            entry(SERVICE + ".kafka", Set.of(SERVICE + ".selfcheck")),
            entry(SERVICE + ".openapi", Set.of()),
            entry(SERVICE + ".intake", Set.of(SERVICE + ".access", SERVICE + ".rollout")),
            // What a health record proves is read in one place, for the controller and for plans alike.
            entry(
                    SERVICE + ".controller",
                    Set.of(
                            SERVICE + ".access",
                            SERVICE + ".rollout",
                            SERVICE + ".gate",
                            SERVICE + ".intake",
                            SERVICE + ".kafka",
                            SERVICE + ".kubernetes",
                            SERVICE + ".health",
                            SERVICE + ".tracing")),
            entry(SERVICE + ".azure", Set.of(SERVICE + ".kafka", SERVICE + ".selfcheck", SERVICE + ".tracing")),
            // The listings are one budget with the worker's, so the inventory asks for them there.
            entry(SERVICE + ".inventory", Set.of(SERVICE + ".azure", SERVICE + ".kafka")),
            // It asks ARM, within the worker's budgets, where a cluster's API is; and selects clusters as a config
            // does.
            entry(
                    SERVICE + ".kubernetes",
                    Set.of(SERVICE + ".azure", SERVICE + ".kafka", SERVICE + ".rollout", SERVICE + ".selfcheck")),
            // What keeps a rollout from writing a mode keeps a cluster from being ready for it.
            entry(SERVICE + ".readiness", Set.of(SERVICE + ".rollout")),
            // It trusts what Azure serves as the worker does.
            entry(SERVICE + ".identity", Set.of(SERVICE + ".azure")),
            // Which of the versions that nodes tell is the oldest is found in one place.
            entry(
                    SERVICE + ".health",
                    Set.of(SERVICE + ".identity", SERVICE + ".kafka", SERVICE + ".readiness", SERVICE + ".rollout")),
            // The read model completes a strategy as the intake does, shows what health records prove and what a gate
            // fails
            // from on, and plans.
            entry(
                    SERVICE + ".view",
                    Set.of(
                            SERVICE + ".access",
                            SERVICE + ".health",
                            SERVICE + ".intake",
                            SERVICE + ".kafka",
                            SERVICE + ".kubernetes",
                            SERVICE + ".gate",
                            SERVICE + ".readiness",
                            SERVICE + ".rollout")),
            // Who may do what is decided from values; what a selector selects is the core's.
            entry(SERVICE + ".access", Set.of(SERVICE + ".rollout")),
            entry(SERVICE + ".tls", Set.of()),
            entry(SERVICE + ".explain", Set.of(SERVICE + ".view", SERVICE + ".rollout")),
            // A client of the topics like any other: what it measures, the core judges.
            entry(SERVICE + ".check", Set.of(SERVICE + ".access", SERVICE + ".kafka")),
            // It keeps account in the audit trail by the worker's publisher, and waits as the worker does.
            entry(SERVICE + ".notify", Set.of(SERVICE + ".azure", SERVICE + ".kafka")),
            // It asks the worker's gateway, which spends its budgets, for new clusters.
            entry(
                    SERVICE + ".creation",
                    Set.of(
                            SERVICE + ".access",
                            SERVICE + ".view",
                            SERVICE + ".azure",
                            SERVICE + ".intake",
                            SERVICE + ".kafka")),
            // The API writes the same defaults into a config as the intake, and asks the worker's gateway for features.
            entry(
                    SERVICE + ".api",
                    Set.of(
                            SERVICE + ".access",
                            SERVICE + ".view",
                            SERVICE + ".explain",
                            SERVICE + ".creation",
                            SERVICE + ".azure",
                            SERVICE + ".intake",
                            SERVICE + ".kafka",
                            SERVICE + ".notify",
                            SERVICE + ".readiness",
                            SERVICE + ".rollout",
                            SERVICE + ".tls",
                            SERVICE + ".tracing")));

    /** The one place of each module that reads the machine's clock. */
    private static final Set<String> CLOCKS =
            Set.of(SERVICE + ".SystemClock", AGENT + ".SystemClock", SIMULATOR + ".world.MachineClock");

    /** Shells that measure a span, which a clock that is set would spoil; what they decide is tested through their parts. */
    private static final Set<String> STOPWATCHES = Set.of(
            // Budgets count from here on, evenly.
            SERVICE + ".azure.SteadyClock",
            // How long ago the partitions were looked at, between two polls.
            SERVICE + ".view.ReadModelConsumer",
            // How long the parts may take to look at everything.
            SERVICE + ".selfcheck.SelfCheck",
            // How long brokers may take to learn a password.
            SIMULATOR + ".sandbox.SecuredKafka",
            // How long no broker has answered.
            SERVICE + ".kafka.KafkaContact",
            // How long ago an application has failed, and how long the state folder has been tried.
            SERVICE + ".kafka.StreamsRunner",
            // How long a child process has lived, and may take to start.
            SIMULATOR + ".sandbox.FleetServiceProcess",
            // How long brokers may take to serve, and whether one that has ended is worth another start.
            SIMULATOR + ".broker.BrokerCluster",
            // How much a slow link lets through, and how long a byte is under way.
            SIMULATOR + ".network.Relay",
            // How long a snapshot took, in a metric.
            AGENT + ".Agent",
            // How long kube-proxy may take to answer in all, over several reads.
            AGENT + ".collect.HttpKubeProxyEndpoint",
            // How long the DNS service may take to answer in all.
            AGENT + ".collect.DnsProber",
            // How long a watch of the simulated Kubernetes API lasts, is quiet, and waits for a change.
            SIMULATOR + ".kubernetes.ClusterStore",
            SIMULATOR + ".kubernetes.WatchStream");

    private static final Set<Class<?>> READ_NOW = Set.of(
            Instant.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            OffsetDateTime.class,
            ZonedDateTime.class);

    private static final JavaClasses EVERYTHING = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(SERVICE, AGENT, SIMULATOR, SCHEMAS);

    private static final JavaClasses OF_SERVICE = EVERYTHING.that(are(inPackage(SERVICE)));

    @Test
    void everyModuleIsLookedAt() {
        assertThat(Stream.of(SERVICE, AGENT, SIMULATOR, SCHEMAS))
                .allSatisfy(module -> assertThat(EVERYTHING.that(are(inPackage(module))))
                        .as(module)
                        .isNotEmpty());
    }

    @Test
    void theClockIsReadInOnePlaceOfEachModule() {
        noClasses()
                .that(are(not(CLOCKS)))
                .should()
                .accessTargetWhere(access(
                        "reads the machine's clock; take an InstantSource instead", ArchitectureTest::readsTheClock))
                .check(EVERYTHING);
    }

    @Test
    void spansAreMeasuredWhereThisTestSaysWhy() {
        noClasses()
                .that(are(not(STOPWATCHES)))
                .should()
                .accessTargetWhere(access(
                        "is System.nanoTime()", access -> is(access, System.class) && called(access, "nanoTime")))
                .check(EVERYTHING);
    }

    @Test
    void nothingSleeps() {
        noClasses()
                .should()
                .accessTargetWhere(access(
                        "sleeps; wait for what ends the wait",
                        access -> is(access, Thread.class) && called(access, "sleep")))
                .check(EVERYTHING);
    }

    @Test
    void whatRunsInProductionLogsInOneWay() {
        JavaClasses production =
                EVERYTHING.that(are(inPackage(SERVICE).or(inPackage(AGENT)).or(inPackage(SCHEMAS))));

        // It writes how a check has ended, which is no log.
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
                production.that(are(not(Set.of(SERVICE + ".Main")))));
        noClasses()
                .that()
                // It writes what the others log.
                .resideOutsideOfPackage(SCHEMAS + ".log")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.apache.logging..")
                .check(production);
    }

    @TestFactory
    Stream<DynamicTest> packagesUseOnlyWhatTheArchitectureDraws() {
        Stream<String> packages =
                Stream.concat(OF_SERVICE.stream().map(JavaClass::getPackageName), MAY_USE.keySet().stream());
        return packages.distinct().sorted().map(name -> DynamicTest.dynamicTest(name, () -> usesOnly(name)));
    }

    private void usesOnly(String name) {
        assertThat(MAY_USE).as("what package %s may use", name).containsKey(name);
        Set<String> allowed = MAY_USE.getOrDefault(name, Set.of());
        String[] others = MAY_USE.keySet().stream()
                .filter(other -> !other.equals(name) && !allowed.contains(other))
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .check(OF_SERVICE);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("dev.kubeproxyfleet.(**)").should().beFreeOfCycles().check(EVERYTHING);
    }

    @Test
    void productionKnowsNothingOfTheSimulator() {
        noClasses()
                .that()
                .resideOutsideOfPackage(SIMULATOR + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(SIMULATOR + "..")
                .check(EVERYTHING);
    }

    @Test
    void everyPackageIsNullMarked() {
        // Avro writes its package.
        classes()
                .that()
                .resideOutsideOfPackage(SCHEMAS + ".avro")
                .should(new ArchCondition<>("be in a package with @NullMarked") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        JavaPackage where = type.getPackage();
                        events.add(new SimpleConditionEvent(
                                type,
                                where.isAnnotatedWith(NullMarked.class),
                                where.getName() + " has no package-info.java with @NullMarked"));
                    }
                })
                .check(EVERYTHING);
    }

    private static boolean readsTheClock(JavaAccess<?> access) {
        return (READ_NOW.stream().anyMatch(type -> is(access, type)) && called(access, "now"))
                || (is(access, System.class) && called(access, "currentTimeMillis"))
                || (is(access, Clock.class)
                        && (access.getName().startsWith("system")
                                || access.getName().startsWith("tick")))
                || (is(access, InstantSource.class) && called(access, "system"))
                || (is(access, Date.class) && called(access, "<init>"));
    }

    private static boolean is(JavaAccess<?> access, Class<?> owner) {
        return access.getTargetOwner().isEquivalentTo(owner);
    }

    private static boolean called(JavaAccess<?> access, String name) {
        return access.getName().equals(name);
    }

    private static DescribedPredicate<JavaAccess<?>> access(
            String description, java.util.function.Predicate<JavaAccess<?>> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }

    private static DescribedPredicate<JavaClass> inPackage(String name) {
        return DescribedPredicate.describe(
                "in " + name,
                type -> type.getPackageName().equals(name)
                        || type.getPackageName().startsWith(name + "."));
    }

    private static DescribedPredicate<JavaClass> not(Set<String> names) {
        return DescribedPredicate.describe(
                "not one of " + names.stream().sorted().collect(Collectors.joining(", ")),
                type -> !names.contains(outermost(type).getName()));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }
}

package dev.kubeproxyfleet.fleet.rollout;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CoreArchitectureTest {

    private final JavaClasses core = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.kubeproxyfleet.fleet.gate", "dev.kubeproxyfleet.fleet.rollout");

    @Test
    void theCoreNeedsNoFramework() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "dev.kubeproxyfleet.fleet.rollout",
                        "dev.kubeproxyfleet.fleet.gate",
                        "dev.kubeproxyfleet.schemas.config",
                        "dev.kubeproxyfleet.schemas.message",
                        "dev.kubeproxyfleet.schemas.reason",
                        "dev.kubeproxyfleet.schemas.text")
                .check(core);
    }

    @Test
    void theCoreReadsNoClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(core);
    }

    /** Tests, simulations and benchmarks go through the loop that production goes through. */
    @Test
    void onlyOneLoopAsksTheEngine() {
        JavaClasses withTests = new ClassFileImporter().importPackages("dev.kubeproxyfleet.fleet");
        DescribedPredicate<JavaMethodCall> asksTheEngine = DescribedPredicate.describe(
                "asks the engine", call -> call.getTargetOwner().isEquivalentTo(RolloutEngine.class));

        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(RolloutDriver.class.getName())
                .should()
                .callMethodWhere(asksTheEngine)
                .check(withTests);
        classes()
                .that()
                .haveFullyQualifiedName(RolloutDriver.class.getName())
                .should(ArchConditions.callMethodWhere(asksTheEngine))
                .check(withTests);
    }
}

package dev.kubeproxyfleet.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final Set<String> SURROUNDINGS = Set.of(
            "java.time.InstantSource.system",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.Thread.sleep");

    private final JavaClasses commands = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.kubeproxyfleet.cli");

    @Test
    void timeAndEnvironmentComeFromTheSurroundings() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Surroundings")
                .should()
                .accessTargetWhere(DescribedPredicate.<JavaAccess<?>>describe(
                        "is one of " + SURROUNDINGS,
                        access -> SURROUNDINGS.contains(access.getTargetOwner().getName() + "." + access.getName())))
                .check(commands);
    }

    @Test
    void streamsComeFromTheSurroundings() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(commands.that(DescribedPredicate.describe(
                "not Surroundings", type -> !type.getSimpleName().equals("Surroundings"))));
    }
}

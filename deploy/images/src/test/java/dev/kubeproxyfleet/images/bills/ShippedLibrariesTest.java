package dev.kubeproxyfleet.images.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was built ships the libraries that the list has, and no others; it and its page are those that the bills make. */
class ShippedLibrariesTest {

    private static final Path PROJECT = Path.of(System.getProperty("project.root", "../.."));
    private static final String WHAT_TO_DO =
            "run ./kpfleet sbom, review what it changed, and commit it; other bytes of the same version are no update, so find out where they are from";

    /** By digests, so it also shows that a repository has given other bytes under the same name. */
    @Test
    void eachIsInTheListByteByByte() throws IOException {
        for (Program program : Program.values()) {
            assumeThat(program.isBuilt(PROJECT))
                    .as("the %s is not built", program.title())
                    .isTrue();
            List<String> listed = Libraries.of(PROJECT).all().stream()
                    .filter(library -> library.programs().contains(program.title()))
                    .map(Library::sha256)
                    .toList();

            assertThat(program.libraries(PROJECT))
                    .as("the %s: %s", program.title(), WHAT_TO_DO)
                    .allSatisfy((path, digest) -> assertThat(listed).as(path).contains(digest));
        }
    }

    @Test
    void nothingElseIsInTheList() throws IOException {
        Set<String> shipped = new HashSet<>();
        for (Program program : Program.values()) {
            assumeThat(program.isBuilt(PROJECT))
                    .as("the %s is not built", program.title())
                    .isTrue();
            shipped.addAll(program.libraries(PROJECT).values());
        }

        assertThat(Libraries.of(PROJECT).all())
                .filteredOn(library -> !library.name().matches("org\\.(mvnpm|webjars).*"))
                .as(WHAT_TO_DO)
                .allSatisfy(library -> assertThat(shipped).as(library.name()).contains(library.sha256()));
    }

    @Test
    void thePageIsMadeOfTheList() throws IOException {
        AllowedLicences allowed = AllowedLicences.of(PROJECT);
        Libraries libraries = Libraries.of(PROJECT);

        assertThat(Files.readString(PROJECT.resolve(LicencesPage.FILE)))
                .as(WHAT_TO_DO)
                .isEqualTo(LicencesPage.of(libraries, allowed));
        assertThat(libraries.all())
                .allSatisfy(library -> assertThat(allowed.all())
                        .extracting(AllowedLicences.Licence::licence)
                        .contains(library.licence()));
    }

    @Test
    void eachAllowedLicenceIsNeededAndHasAReason() throws IOException {
        List<String> needed = Libraries.of(PROJECT).all().stream()
                .map(Library::licence)
                .distinct()
                .toList();

        assertThat(AllowedLicences.of(PROJECT).all()).allSatisfy(licence -> {
            assertThat(licence.reason()).endsWith(".");
            assertThat(needed).contains(licence.licence());
        });
    }

    /** Bills are made by builds that may ask Maven Central: ./kpfleet sbom, and ./kpfleet test unless it is told to work offline. */
    @Test
    void theListIsMadeOfTheBills() throws IOException {
        assumeThat(Arrays.stream(Program.values()).map(program -> program.bill(PROJECT)))
                .as("there are no bills of materials; ./kpfleet sbom makes them")
                .allMatch(Files::exists);

        Review review = Review.of(PROJECT, AllowedLicences.of(PROJECT));

        assertThat(review.problems()).isEmpty();
        assertThat(review.libraries()).as(WHAT_TO_DO).isEqualTo(Libraries.of(PROJECT));
    }
}

package dev.kubeproxyfleet.images.bills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The second half of {@code ./kpfleet sbom}, after the build has made the bills: reviews them, gathers them in {@code target/bills},
 * and writes the list and the page of libraries. Its argument is the root of the project. The exit code is 1 if something is wrong.
 */
final class ReviewBills {

    private ReviewBills() {}

    public static void main(String[] arguments) throws IOException {
        Path project = Path.of(arguments[0]);
        AllowedLicences allowed = AllowedLicences.of(project);
        Review review = Review.of(project, allowed);
        if (!review.problems().isEmpty()) {
            review.problems().forEach(System.err::println);
            System.exit(1);
        }
        review.libraries().write(project);
        Files.writeString(project.resolve(LicencesPage.FILE), LicencesPage.of(review.libraries(), allowed));
        Path gathered = Files.createDirectories(project.resolve("target/bills"));
        for (Program program : Program.values()) {
            Path bill = gathered.resolve(program.module() + ".cdx.json");
            Files.copy(program.bill(project), bill, StandardCopyOption.REPLACE_EXISTING);
            System.out.println(bill);
        }
        System.out.printf(
                "%d libraries are in them, all under licences that are allowed%n",
                review.libraries().all().size());
    }
}

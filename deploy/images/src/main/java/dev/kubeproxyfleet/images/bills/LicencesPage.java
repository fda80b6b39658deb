package dev.kubeproxyfleet.images.bills;

import java.util.List;

/** {@code docs/licences.md}. */
final class LicencesPage {

    static final String FILE = "docs/licences.md";

    private LicencesPage() {}

    static String of(Libraries libraries, AllowedLicences allowed) {
        StringBuilder page = new StringBuilder("""
                # Licences

                What we ship that others wrote, and under which licences. `./kpfleet sbom` makes this page of each module's bill of materials
                (CycloneDX), and refuses what is under a licence that is not in the first table. Where a library lets its users choose, the
                licence that we ship it under is named. The digests are in `deploy/bills/libraries.json`, and what is allowed in
                `allowed-licences.json` beside it.

                Not here are Debian's packages, Java among them, which come into images only; each image's bill names them, without their
                licences. Libraries are shipped as their makers published them, and many jars do not hold the text of their licence: who passes
                them on to others adds what the licence asks to go along.

                | licence | libraries | why we may ship under it |
                |---|---|---|
                """);
        for (AllowedLicences.Licence licence : allowed.all()) {
            List<Library> under = libraries.all().stream()
                    .filter(library -> library.licence().equals(licence.licence()))
                    .toList();
            page.append("| %s | %d | %s |%n".formatted(licence.licence(), under.size(), licence.reason()));
        }
        page.append("""

                | library | version | licence | in |
                |---|---|---|---|
                """);
        for (Library library : libraries.all()) {
            page.append("| %s | %s | %s | %s |%n"
                    .formatted(
                            library.artifact(),
                            library.version(),
                            library.licence(),
                            String.join(", ", library.programs())));
        }
        return page.toString();
    }
}

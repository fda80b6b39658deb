package dev.kubeproxyfleet.images.bills;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The licences under which we ship libraries, the ones that ask for less first; a person has read each of them. */
record AllowedLicences(List<Licence> all) {

    static final String FILE = "deploy/bills/allowed-licences.json";

    AllowedLicences {
        all = List.copyOf(all);
    }

    /**
     * One of them.
     *
     * @param licence its SPDX identifier
     * @param writtenAs how bills write it
     * @param reason why we may ship under it, and what it asks for
     */
    record Licence(String licence, List<String> writtenAs, String reason) {

        Licence {
            writtenAs = List.copyOf(writtenAs);
        }
    }

    static AllowedLicences of(Path project) throws IOException {
        return new AllowedLicences(
                new ObjectMapper().readValue(Files.readString(project.resolve(FILE)), new TypeReference<>() {}));
    }

    /** Of several licences of a POM the user chooses one (Maven's POM reference, "Licenses"): the first here that is among them. */
    Optional<Licence> choose(List<String> offered) {
        return all.stream()
                .filter(licence -> licence.writtenAs().stream().anyMatch(offered::contains))
                .findFirst();
    }
}

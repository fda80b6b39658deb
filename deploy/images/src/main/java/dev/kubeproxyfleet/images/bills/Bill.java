package dev.kubeproxyfleet.images.bills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A module's bill of materials, as its build writes it in CycloneDX. */
record Bill(List<Component> components) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Artifacts that hold JavaScript: the build bundles it into the dashboard's page. */
    private static final List<String> GROUPS_OF_THE_PAGE = List.of("org.mvnpm", "org.webjars");

    /** Quarkus takes the service file out of it, since it makes the client by itself. So its digest is another one than in the bill. */
    private static final Set<String> CHANGED_BY_QUARKUS = Set.of("io.fabric8:kubernetes-httpclient-vertx");

    Bill {
        components = List.copyOf(components);
    }

    /**
     * One part of it.
     *
     * @param name {@code group:artifact:version}
     * @param licences as the library's POM has them, or their SPDX identifiers where the plugin knows them
     * @param sha256 in hexadecimal digits; empty if the bill has none
     */
    record Component(String name, List<String> licences, String sha256) {

        Component {
            licences = List.copyOf(licences);
        }

        private String artifact() {
            return name.substring(0, name.lastIndexOf(':'));
        }

        private String fileNameOfQuarkus() {
            String[] parts = name.split(":");
            return parts[0] + "." + parts[1] + "-" + parts[2] + ".jar";
        }

        boolean isOfThePage() {
            return GROUPS_OF_THE_PAGE.stream().anyMatch(name::startsWith);
        }
    }

    static Bill read(Path file) throws IOException {
        List<Component> components = new ArrayList<>();
        for (JsonNode component : JSON.readTree(file.toFile()).path("components")) {
            components.add(new Component(
                    String.join(":", text(component, "group"), text(component, "name"), text(component, "version")),
                    licences(component.path("licenses")),
                    sha256(component.path("hashes"))));
        }
        return new Bill(components);
    }

    /** The component that this jar is, with the jar's digest. */
    Optional<Component> of(String fileName, String sha256) {
        return components.stream()
                .filter(component -> component.sha256().equals(sha256)
                        || CHANGED_BY_QUARKUS.contains(component.artifact())
                                && component.fileNameOfQuarkus().equals(fileName))
                .map(component -> new Component(component.name(), component.licences(), sha256))
                .findAny();
    }

    private static List<String> licences(JsonNode choices) {
        List<String> licences = new ArrayList<>();
        for (JsonNode choice : choices) {
            JsonNode licence = choice.path("license");
            licences.add(choice.path("expression").asText(licence.path("id").asText(text(licence, "name"))));
        }
        return licences;
    }

    private static String sha256(JsonNode hashes) {
        for (JsonNode hash : hashes) {
            if (text(hash, "alg").equals("SHA-256")) {
                return text(hash, "content");
            }
        }
        return "";
    }

    private static String text(JsonNode object, String member) {
        return object.path(member).asText("");
    }
}

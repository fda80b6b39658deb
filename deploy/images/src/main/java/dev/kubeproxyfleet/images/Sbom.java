package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kubeproxyfleet.images.bills.Libraries;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an image consists of, as <a href="https://cyclonedx.org/docs/1.6/json/">CycloneDX 1.6</a>: Debian's packages, the Java runtime,
 * which is one of them, and the libraries in Java. Of another base there is its digest alone, and the bill says that it is incomplete
 * there. The same parts make the same bytes.
 */
final class Sbom {

    /** Where it lies in an image. */
    static final String PATH = "/usr/share/kubeproxy-fleet/sbom.cdx.json";

    /** The members of an object are ordered, as maps that are not come in another order in each process. */
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** As Quarkus lists one: {@code group:artifact:classifier:jar:version}. */
    private static final Pattern OF_QUARKUS =
            Pattern.compile("(?<group>[^:]+):(?<artifact>[^:]+):(?<classifier>[^:]*):jar:(?<version>[^:]+)");

    /** As Maven's dependency plugin does: {@code group:artifact:jar:version:scope}, or with a classifier before the version. */
    private static final Pattern OF_MAVEN = Pattern.compile(
            " +(?<group>[^:]+):(?<artifact>[^:]+):jar:((?<classifier>[^:]+):)?(?<version>[^:]+):(compile|runtime)( .*)?");

    private final String name;
    private final String version;
    private final Instant created;
    private final List<Map<String, Object>> components = new ArrayList<>();

    /** Names of components whose own ones are not listed. */
    private final List<String> incomplete = new ArrayList<>();

    Sbom(String name, String version, Instant created) {
        this.name = name;
        this.version = version;
        this.created = created;
    }

    void add(DebianPackage debian) {
        String url = "pkg:deb/debian/" + encoded(debian.name()) + "@" + encoded(debian.version()) + "?arch="
                + debian.architecture() + "&distro=debian-13";
        add(Map.of("name", debian.name(), "version", debian.version(), "purl", url));
    }

    void add(BaseImage base) {
        String repository = base.name().replaceFirst("@.*", "").replaceFirst(":[^/]*$", "");
        String name = repository.substring(repository.lastIndexOf('/') + 1);
        String url = "pkg:oci/" + encoded(name.toLowerCase(Locale.ROOT)) + "@" + encoded(base.digest()) + "?arch="
                + base.architecture().id()
                + (repository.equals(name) ? "" : "&repository_url=" + encoded(repository));
        Map<String, Object> component = Map.of(
                "type",
                "container",
                "bom-ref",
                url,
                "name",
                base.name(),
                "version",
                base.digest(),
                "description",
                "The base of this image. The packages in it are not listed here.",
                "purl",
                url);
        components.add(component);
        incomplete.add(url);
    }

    /**
     * Those that a list names: Quarkus' {@code quarkus-app-dependencies.txt}, or that of Maven's dependency plugin.
     *
     * @param known has their licences and digests; our own modules are not among them
     */
    void addLibraries(Path list, Libraries known) throws IOException {
        for (String line : Files.readAllLines(list)) {
            for (Pattern form : List.of(OF_QUARKUS, OF_MAVEN)) {
                Matcher library = form.matcher(line);
                if (library.matches()) {
                    addLibrary(library, known);
                }
            }
        }
    }

    /** By the same URL as in the bill of the module. */
    private void addLibrary(Matcher library, Libraries known) {
        String group = library.group("group");
        String artifact = library.group("artifact");
        String version = library.group("version");
        @Nullable String classifier = library.group("classifier");
        Map<String, Object> component = new HashMap<>();
        component.put("group", group);
        component.put("name", artifact);
        component.put("version", version);
        component.put(
                "purl",
                "pkg:maven/" + group + "/" + artifact + "@" + encoded(version)
                        + (classifier == null || classifier.isEmpty()
                                ? "?"
                                : "?classifier=" + encoded(classifier) + "&")
                        + "type=jar");
        known.named(String.join(":", group, artifact, version)).ifPresent(one -> {
            component.put("licenses", List.of(Map.of("expression", one.licence())));
            component.put("hashes", List.of(Map.of("alg", "SHA-256", "content", one.sha256())));
        });
        add(component);
    }

    byte[] json() throws IOException {
        Map<String, Object> subject = Map.of("type", "container", "bom-ref", name, "name", name, "version", version);
        Map<String, Object> bom = new HashMap<>();
        bom.put("bomFormat", "CycloneDX");
        bom.put("specVersion", "1.6");
        bom.put(
                "serialNumber",
                "urn:uuid:" + UUID.nameUUIDFromBytes(JSON.writeValueAsBytes(List.of(subject, components))));
        bom.put("version", 1);
        bom.put("metadata", Map.of("timestamp", created.toString(), "component", subject));
        bom.put("components", components);
        if (!incomplete.isEmpty()) {
            bom.put("compositions", List.of(Map.of("aggregate", "incomplete", "assemblies", incomplete)));
        }
        return JSON.writeValueAsBytes(bom);
    }

    private void add(Map<String, ?> component) {
        Map<String, Object> library = new HashMap<>(component);
        library.put("type", "library");
        library.put("bom-ref", component.get("purl"));
        components.add(library);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

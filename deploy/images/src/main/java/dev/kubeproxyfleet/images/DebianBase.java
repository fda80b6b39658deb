package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What images stand on if nobody gives another base: the C and C++ libraries of Debian, zlib, certificates, and a user that is nobody.
 * There is no shell, no other program and no package manager. Scanners find the packages as they do in distroless images.
 */
record DebianBase(List<DebianPackage> packages) implements Base {

    static final Set<String> PACKAGES =
            Set.of("base-files", "ca-certificates", "gcc-14-base", "libc6", "libgcc-s1", "libstdc++6", "zlib1g");

    private static final String CERTIFICATES = "/usr/share/ca-certificates/mozilla/";

    /** Libraries but for character sets that only iconv asks for, what the release is called, the merged /usr, and licences. */
    private static final Pattern KEPT = Pattern.compile(
            "/usr/lib/[a-z0-9_]+-linux-gnu/[^/]+\\.so[.0-9]*|/usr/lib/ld-linux-[^/]+|/usr/lib64/[^/]+|/lib(64)?|/usr/lib/os-release"
                    + "|/etc/os-release|/etc/debian_version|/usr/share/doc/[^/]+(/copyright)?|/usr/share/common-licenses/[^/]+");

    DebianBase {
        packages = List.copyOf(packages);
    }

    @Override
    public List<Layer> addTo(Layout layout, Instant created) throws IOException {
        return List.of(Layer.of("libraries of Debian", files(), created, layout));
    }

    @Override
    public void addTo(Sbom sbom) {
        packages.forEach(sbom::add);
    }

    @Override
    public List<String> environment() {
        return List.of();
    }

    /** None: no image has these layers but ours. */
    @Override
    public Map<String, String> annotations() {
        return Map.of();
    }

    private FileTree files() throws IOException {
        FileTree files = new FileTree()
                .folder("/tmp", 01777)
                .text("/etc/passwd", "root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n")
                .text("/etc/group", "root:x:0:\nnonroot:x:65532:\n")
                .text("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        Map<String, String> certificates = new TreeMap<>();
        for (DebianPackage one : packages) {
            one.forEach((path, entry) -> {
                if (path.startsWith(CERTIFICATES) && entry instanceof FileTree.Content content) {
                    certificates.put(path, DebianPackage.text(content));
                } else if (KEPT.matcher(path).matches() && !(entry instanceof FileTree.Folder)) {
                    files.put(path, entry);
                }
            });
            files.text("/var/lib/dpkg/status.d/" + one.name(), one.control());
        }
        return files.text("/etc/ssl/certs/ca-certificates.crt", String.join("", certificates.values()));
    }
}

package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@link WithoutKafka}, with a certificate of an authority of the test's own. */
public class WithTls extends WithoutKafka {

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(CertificatesOfTheTest.class));
    }

    /** The two files, as a Secret that is mounted, and who signs what they hold. */
    static final class Certificates {

        final LocalAuthority authority;
        private final Path folder;

        Certificates() throws GeneralSecurityException, IOException {
            authority = new LocalAuthority("the test", Instant.now());
            folder = Files.createTempDirectory("kpfleet-tls");
            replace(fresh("CN=first"));
        }

        LocalAuthority.Certified fresh(String subject) throws GeneralSecurityException, IOException {
            return authority.server(subject, Instant.now().plus(Duration.ofDays(30)));
        }

        Path certificate() {
            return folder.resolve("tls.crt");
        }

        Path key() {
            return folder.resolve("tls.key");
        }

        void replace(LocalAuthority.Certified server) throws IOException {
            write(key(), server.keyPem());
            write(certificate(), server.certificatePem());
        }

        /** Nobody finds half of it. */
        void write(Path file, String content) throws IOException {
            Files.move(
                    Files.writeString(folder.resolve("new"), content),
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        private void delete() throws IOException {
            Files.delete(certificate());
            Files.delete(key());
            Files.delete(folder);
        }
    }

    /** Makes the files before the service starts. */
    @SuppressWarnings("NullAway.Init")
    public static class CertificatesOfTheTest implements QuarkusTestResourceLifecycleManager {

        private Certificates certificates;

        @Override
        public Map<String, String> start() {
            try {
                certificates = new Certificates();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Map.of(
                    "kpfleet.api.tls.certificate",
                    certificates.certificate().toString(),
                    "kpfleet.api.tls.key",
                    certificates.key().toString(),
                    "kpfleet.api.tls.reload-period",
                    "PT0.1S");
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(certificates, new TestInjector.MatchesType(Certificates.class));
        }

        @Override
        public void stop() {
            try {
                certificates.delete();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

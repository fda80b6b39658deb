package dev.kubeproxyfleet.fleet.azure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS that trusts the certificates of {@code kpfleet.azure.ca-certificate}. */
final class TrustedCertificates {

    /** What is trusted beside them. */
    enum Beside {
        NOTHING,
        /** What the JDK trusts. */
        PUBLIC_AUTHORITIES
    }

    private TrustedCertificates() {}

    /** @throws IllegalArgumentException if there is no certificate in {@code file} */
    static SSLContext of(Path file, Beside beside) {
        try {
            List<Certificate> certificates = new ArrayList<>(read(file));
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("kpfleet.azure.ca-certificate: no certificate in " + file);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            if (beside == Beside.PUBLIC_AUTHORITIES) {
                certificates.addAll(publicAuthorities(trust));
            }
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (int i = 0; i < certificates.size(); i++) {
                trusted.setCertificateEntry("ca" + i, certificates.get(i));
            }
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "kpfleet.azure.ca-certificate: cannot read PEM certificates from " + file + ": " + e.getMessage(),
                    e);
        }
    }

    private static Collection<? extends Certificate> read(Path file) throws IOException, GeneralSecurityException {
        try (InputStream pem = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(pem);
        }
    }

    private static List<Certificate> publicAuthorities(TrustManagerFactory trust) throws KeyStoreException {
        trust.init((KeyStore) null);
        List<Certificate> authorities = new ArrayList<>();
        for (TrustManager manager : trust.getTrustManagers()) {
            if (manager instanceof X509TrustManager own) {
                authorities.addAll(Arrays.asList(own.getAcceptedIssuers()));
            }
        }
        return authorities;
    }
}

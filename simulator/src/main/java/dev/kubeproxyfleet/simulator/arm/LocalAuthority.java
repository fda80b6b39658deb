package dev.kubeproxyfleet.simulator.arm;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority that lives as long as this object, and certificates of servers and clients by it. Private keys never
 * leave memory, but those that are asked for in PEM. The certificates have the key identifiers and usages of RFC 5280, since strict clients
 * refuse others: OpenSSL's {@code -x509_strict}, and with it Python from 3.13 on.
 */
public final class LocalAuthority {

    private static final String LOOPBACK_SUBJECT = "CN=localhost";
    private static final Duration VALIDITY = Duration.ofDays(398);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final int RSA_BITS = 2048;
    private static final char[] NO_PASSWORD = new char[0];

    /** Loopback's names. */
    public static final List<GeneralName> LOOPBACK = List.of(
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
            new GeneralName(GeneralName.iPAddress, "::1"));

    /** A certificate and its key, both in PEM. */
    public record Certified(String certificatePem, String keyPem) {}

    private final KeyPairGenerator generator;
    private final Instant now;
    private final KeyPair keys;
    private final X500Name name;
    private final X509Certificate authority;

    /** @param commonName of the authority */
    public LocalAuthority(String commonName, Instant now) throws GeneralSecurityException, IOException {
        this.now = now;
        generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
        name = new X500Name("CN=" + commonName);
        X509v3CertificateBuilder ca = builder(name, keys, now.plus(VALIDITY))
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        authority = sign(ca);
    }

    private X509v3CertificateBuilder builder(X500Name subject, KeyPair ofSubject, Instant until)
            throws GeneralSecurityException, IOException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        return new JcaX509v3CertificateBuilder(
                        name,
                        new BigInteger(127, new SecureRandom()),
                        Date.from(now.minus(CLOCK_SKEW)),
                        Date.from(until),
                        subject,
                        ofSubject.getPublic())
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        identifiers.createSubjectKeyIdentifier(ofSubject.getPublic()))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(keys.getPublic()));
    }

    private X509Certificate sign(X509v3CertificateBuilder builder) throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the simulator's certificate cannot be signed", e);
        }
    }

    private X509Certificate leaf(
            String subject, KeyPair ofSubject, KeyPurposeId purpose, List<GeneralName> names, Instant until)
            throws GeneralSecurityException, IOException {
        X509v3CertificateBuilder leaf = builder(new X500Name(subject), ofSubject, until)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        if (!names.isEmpty()) {
            leaf.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        return sign(leaf);
    }

    /** The authority's certificate in PEM. */
    public String pem() throws IOException {
        return pem(authority);
    }

    private static String pem(Object written) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(written);
        }
        return text.toString();
    }

    /** A certificate for a client, valid from now on. */
    public Certified client(String subject) throws GeneralSecurityException, IOException {
        // Keys of AKS are RSA's, and not every client reads others in PEM.
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(RSA_BITS);
        KeyPair ofClient = rsa.generateKeyPair();
        X509Certificate certificate =
                leaf(subject, ofClient, KeyPurposeId.id_kp_clientAuth, List.of(), now.plus(VALIDITY));
        return new Certified(pem(certificate), pem(ofClient.getPrivate()));
    }

    /** The same with a key in PKCS #8; Kafka's clients read no other. */
    public Certified clientOfKafka(String subject) throws GeneralSecurityException, IOException {
        KeyPair ofClient = generator.generateKeyPair();
        X509Certificate certificate =
                leaf(subject, ofClient, KeyPurposeId.id_kp_clientAuth, List.of(), now.plus(VALIDITY));
        return new Certified(pem(certificate), pem(new JcaPKCS8Generator(ofClient.getPrivate(), null)));
    }

    /** A certificate for a server on loopback that is valid until then, with a key in PKCS #8. */
    public Certified server(Instant until) throws GeneralSecurityException, IOException {
        return server(LOOPBACK_SUBJECT, until);
    }

    /** The same for a subject by which it is told from others. */
    public Certified server(String subject, Instant until) throws GeneralSecurityException, IOException {
        KeyPair ofServer = generator.generateKeyPair();
        X509Certificate certificate = leaf(subject, ofServer, KeyPurposeId.id_kp_serverAuth, LOOPBACK, until);
        return new Certified(pem(certificate), pem(new JcaPKCS8Generator(ofServer.getPrivate(), null)));
    }

    /** For a server on loopback, with a new certificate. */
    public SSLContext serverContext() throws GeneralSecurityException, IOException {
        return serverContext(LOOPBACK, now.plus(VALIDITY));
    }

    /** For a server of these names, with a new certificate that is valid until then. It takes clients of this authority. */
    public SSLContext serverContext(List<GeneralName> names, Instant until)
            throws GeneralSecurityException, IOException {
        KeyPair ofServer = generator.generateKeyPair();
        X509Certificate server = leaf(LOOPBACK_SUBJECT, ofServer, KeyPurposeId.id_kp_serverAuth, names, until);
        KeyStore store = emptyStore();
        store.setKeyEntry("server", ofServer.getPrivate(), NO_PASSWORD, new Certificate[] {server, authority});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, NO_PASSWORD);
        return context(managers.getKeyManagers());
    }

    /** Trusts this authority and nobody else. */
    public SSLContext clientContext() throws GeneralSecurityException, IOException {
        return context(null);
    }

    private SSLContext context(KeyManager @Nullable [] own) throws GeneralSecurityException, IOException {
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("ca", authority);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, managers.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}

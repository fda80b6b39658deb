package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of RFC 5280 that OpenSSL holds a chain to with {@code -x509_strict}, and Python from 3.13 on. */
class LocalAuthorityTest {

    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int CERTIFICATE_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private ArmSimulator arm;
    private X509Certificate authority;
    private X509Certificate server;

    @BeforeEach
    void shakeHands() throws IOException, GeneralSecurityException {
        arm = ArmSimulator.start(Fleet.of(new FleetSpec(1, 1, 1, 7, 1)), ArmOptions.DEFAULTS);
        authority = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(arm.caPem().getBytes(StandardCharsets.US_ASCII)));
        try (SSLSocket socket = (SSLSocket) arm.clientContext()
                .getSocketFactory()
                .createSocket(InetAddress.getByName("127.0.0.1"), arm.endpoint().getPort())) {
            server = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    @Test
    void bothCertificatesNameTheirOwnKeyAndThatOfTheirIssuer() {
        byte[] issuer = subjectKey(authority);

        assertThat(subjectKey(server)).isNotEqualTo(issuer);
        assertThat(authorityKey(server)).isEqualTo(issuer);
        assertThat(authorityKey(authority)).isEqualTo(issuer);
        assertThat(server.getNonCriticalExtensionOIDs()).contains(SUBJECT_KEY_IDENTIFIER, AUTHORITY_KEY_IDENTIFIER);
    }

    @Test
    void eachMayDoWhatItIsForAndNothingElse() throws GeneralSecurityException {
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(authority.getCriticalExtensionOIDs()).contains(KEY_USAGE, BASIC_CONSTRAINTS);
        assertThat(usages(authority)).containsExactly(CERTIFICATE_SIGN, CRL_SIGN);
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(usages(server)).containsExactly(DIGITAL_SIGNATURE);
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .contains("localhost", "127.0.0.1");
    }

    private static byte[] subjectKey(X509Certificate certificate) {
        return SubjectKeyIdentifier.getInstance(value(certificate, SUBJECT_KEY_IDENTIFIER))
                .getKeyIdentifier();
    }

    private static byte[] authorityKey(X509Certificate certificate) {
        return AuthorityKeyIdentifier.getInstance(value(certificate, AUTHORITY_KEY_IDENTIFIER))
                .getKeyIdentifierOctets();
    }

    private static byte[] value(X509Certificate certificate, String extension) {
        byte[] value = certificate.getExtensionValue(extension);
        assertThat(value).as(extension).isNotNull();
        return ASN1OctetString.getInstance(value).getOctets();
    }

    private static List<Integer> usages(X509Certificate certificate) {
        boolean[] bits = certificate.getKeyUsage();
        assertThat(bits).isNotNull();
        return IntStream.range(0, bits.length).filter(bit -> bits[bit]).boxed().toList();
    }
}

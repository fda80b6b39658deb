package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(WithTls.class)
@SuppressWarnings("NullAway.Init")
class TlsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String EXPIRATION = "kpfleet.http.certificate.expiration.timestamp";
    private static final String SUCCESSFUL = "kpfleet.http.certificate.reload.successful";

    @TestHTTPResource(tls = true)
    URI https;

    @Inject
    FleetView view;

    @Inject
    MeterRegistry metrics;

    WithTls.Certificates files;

    /** Whatever the test before has left there. */
    @BeforeEach
    void aCertificateThatIsServed() throws Exception {
        replaceBy("CN=first");
    }

    private void replaceBy(String subject) throws Exception {
        LocalAuthority.Certified fresh = files.fresh(subject);
        Certificate certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(fresh.certificatePem().getBytes(StandardCharsets.US_ASCII)));
        files.replace(fresh);
        // What another test has left there may be nothing that a client takes.
        await("it is served")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> served().equals(certificate) && gauge(SUCCESSFUL) == 1);
    }

    @Test
    void aNewCertificateIsServedWhileTheServiceRunsAndStreamsGoOn() throws Exception {
        try (HttpClient client = client()) {
            List<String> lines = FollowedStream.lines(client, request("/api/v1/events"));
            await("the stream opens").atMost(PATIENCE).until(() -> lines.contains("event:heartbeat"));

            replaceBy("CN=second");

            assertThat(gauge(EXPIRATION))
                    .isEqualTo(served().getNotAfter().toInstant().getEpochSecond());
            view.apply(Fleet.cluster("tls-01", Fleet.LEAST_CONNECTION));
            await("the stream that was opened before goes on")
                    .atMost(PATIENCE)
                    .until(() -> lines.contains("event:cluster"));
            assertThat(get("/api/v1/fleet").statusCode()).isEqualTo(200);
            client.shutdownNow();
        }
    }

    @Test
    void noConnectionIsLostWhileCertificatesAreReplaced() throws Exception {
        for (String subject : List.of("CN=second", "CN=third", "CN=fourth")) {
            files.replace(files.fresh(subject));
            await("it is served, and until then the one before")
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(PATIENCE)
                    .until(() -> served().getSubjectX500Principal().getName().equals(subject));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n", "", "a"})
    void whatIsNoCertificateLeavesTheOneBeforeAndIsToldOnce(String content) throws Exception {
        try (LoggedLines log = new LoggedLines("dev.kubeproxyfleet.fleet.tls")) {
            files.write(files.certificate(), content);

            await("it is noticed").atMost(PATIENCE).until(() -> gauge(SUCCESSFUL) == 0);
            assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=first");
            assertThat(get("/api/v1/fleet").statusCode()).isEqualTo(200);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains(
                            "goes on with the certificate that it had",
                            files.certificate().toString());
            replaceBy("CN=mended");
        }
    }

    /** The two files are not replaced at the same instant. */
    @Test
    void aKeyThatIsNotTheCertificatesIsNotServed() throws Exception {
        LocalAuthority.Certified other = files.fresh("CN=other");
        try (LoggedLines log = new LoggedLines("dev.kubeproxyfleet.fleet.tls")) {
            files.write(files.key(), other.keyPem());
            await("it is noticed").atMost(PATIENCE).until(() -> gauge(SUCCESSFUL) == 0);
            assertThat(served().getSubjectX500Principal().getName()).isEqualTo("CN=first");
            assertThat(log.lines()).singleElement().asString().contains("is not that of the certificate");

            files.write(files.certificate(), other.certificatePem());
            await("both are there")
                    .atMost(PATIENCE)
                    .until(() -> served().getSubjectX500Principal().getName().equals("CN=other"));
        }
    }

    @Test
    void anRsaKeyIsTakenToo() throws Exception {
        files.replace(files.authority.client("CN=of-rsa"));

        double farAway = Instant.now().plus(Duration.ofDays(300)).getEpochSecond();
        await("it is taken, and lasts longer than the others of this test")
                .atMost(PATIENCE)
                .until(() -> gauge(EXPIRATION) > farAway && gauge(SUCCESSFUL) == 1);
    }

    @Test
    void browsersAreToldToComeByHttpsOnly() throws Exception {
        assertThat(get("/").headers().firstValue(StrictTransport.HEADER)).contains(StrictTransport.A_YEAR);
        assertThat(get("/nothing").headers().firstValue(StrictTransport.HEADER)).contains(StrictTransport.A_YEAR);
        assertThat(get("/").headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(RestAssured.get("/").headers().hasHeaderWithName(StrictTransport.HEADER))
                .isFalse();
    }

    @Test
    void probesAndMetricsGoOnByPlainHttp() {
        RestAssured.get("/q/health/live").then().statusCode(200);
        RestAssured.get("/q/metrics").then().statusCode(200);
    }

    @Test
    void oneKindOfHttpIsSpoken() throws Exception {
        try (SSLSocket socket = socket("TLSv1.2")) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isNotEqualTo("h2");
        }
    }

    @Test
    void whoTrustsAnotherAuthorityDoesNotConnect() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> client.send(request("/api/v1/fleet"), HttpResponse.BodyHandlers.discarding()))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    private double gauge(String name) {
        return metrics.get(name).gauge().value();
    }

    private X509Certificate served() throws Exception {
        try (SSLSocket socket = socket("TLSv1.3")) {
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private SSLSocket socket(String protocol) throws Exception {
        SSLSocket socket = (SSLSocket)
                files.authority.clientContext().getSocketFactory().createSocket(https.getHost(), https.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    private HttpClient client() throws Exception {
        return HttpClient.newBuilder()
                .sslContext(files.authority.clientContext())
                .build();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(https.resolve(path)).build();
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = client()) {
            return client.send(request(path), HttpResponse.BodyHandlers.ofString());
        }
    }
}

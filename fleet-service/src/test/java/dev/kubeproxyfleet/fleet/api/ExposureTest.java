package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What another machine is told while there is no login. */
class ExposureTest {

    private static final String ELSEWHERE = "10.0.3.7";

    private static final Exposure WITH_A_CERTIFICATE = new Exposure(true, true);

    private final Exposure exposure = new Exposure(false, false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/v1/configs/prod",
                "/q/openapi",
                "/q/healthy",
                "/q/metrics2",
                "/q/metrics/x",
                "/Q/health"
            })
    void anotherMachineIsToldNothingAndHowToAsk(String path) {
        assertThat(exposure.refuse(ELSEWHERE, false, path)).hasValueSatisfying(refusal -> {
            assertThat(refusal.code()).isEqualTo(RequestReason.NotExposed);
            assertThat(refusal.message()).contains("kubectl port-forward", "kpfleet.api.exposed");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health", "/q/health/ready", "/q/metrics"})
    void theKubeletAndPrometheusAreAnswered(String path) {
        assertThat(exposure.refuse(ELSEWHERE, false, path)).isEmpty();
        assertThat(WITH_A_CERTIFICATE.refuse(ELSEWHERE, false, path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.3.2.1", "0:0:0:0:0:0:0:1", "::1", "::1%lo", "::ffff:127.0.0.1"})
    void theMachineItselfIsAnsweredAll(String address) {
        assertThat(exposure.refuse(address, false, "/api/v1/configs")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"::", "0.0.0.0", "fe80::1%eth0", "localhost", "''"})
    void whatIsNoLoopbackAddressIsAnotherMachine(String address) {
        assertThat(exposure.refuse(address, false, "/api/v1/configs")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/configs"})
    void whoExposesItHasItAnswered(String path) {
        assertThat(new Exposure(true, false).refuse(ELSEWHERE, false, path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/configs", "/q/openapi"})
    void withACertificateAnotherMachineIsAnsweredByHttpsOnly(String path) {
        assertThat(WITH_A_CERTIFICATE.refuse(ELSEWHERE, true, path)).isEmpty();
        assertThat(WITH_A_CERTIFICATE.refuse("127.0.0.1", false, path)).isEmpty();
        assertThat(WITH_A_CERTIFICATE.refuse(ELSEWHERE, false, path)).hasValueSatisfying(refusal -> {
            assertThat(refusal.code()).isEqualTo(RequestReason.HttpsRequired);
            assertThat(refusal.message()).contains("https", "8443");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/configs"})
    void aCertificateByItselfExposesNothing(String path) {
        assertThat(new Exposure(false, true).refuse(ELSEWHERE, true, path))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(RequestReason.NotExposed));
    }
}

package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What another machine is told while there is no login. */
class ExposureTest {

    private static final String ELSEWHERE = "10.0.3.7";

    private final Exposure exposure = new Exposure(false);

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
        assertThat(exposure.refuse(ELSEWHERE, path)).hasValueSatisfying(refusal -> {
            assertThat(refusal.code()).isEqualTo(RequestReason.NotExposed);
            assertThat(refusal.message()).contains("kubectl port-forward", "kpfleet.api.exposed");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/health", "/q/health/ready", "/q/metrics"})
    void theKubeletAndPrometheusAreAnswered(String path) {
        assertThat(exposure.refuse(ELSEWHERE, path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.3.2.1", "0:0:0:0:0:0:0:1", "::1", "::1%lo", "::ffff:127.0.0.1"})
    void theMachineItselfIsAnsweredAll(String address) {
        assertThat(exposure.refuse(address, "/api/v1/configs")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"::", "0.0.0.0", "fe80::1%eth0", "localhost", "''"})
    void whatIsNoLoopbackAddressIsAnotherMachine(String address) {
        assertThat(exposure.refuse(address, "/api/v1/configs")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/configs"})
    void whoExposesItHasItAnswered(String path) {
        assertThat(new Exposure(true).refuse(ELSEWHERE, path)).isEmpty();
    }
}

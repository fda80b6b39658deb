package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    private static final KubeProxyFlags NONE_GIVEN = new KubeProxyFlags(true, null, null, null, null, null);

    private static KubeProxyFlags read(String... words) {
        return CommandLine.read(List.of(words));
    }

    @Test
    void readsWhatAksGives() {
        assertThat(read(
                        "kube-proxy",
                        "--conntrack-max-per-core=0",
                        "--metrics-bind-address=0.0.0.0:10249",
                        "--kubeconfig=/var/lib/kubelet/kubeconfig",
                        "--pod-interface-name-prefix=",
                        "--proxy-mode=ipvs",
                        "--ipvs-scheduler=wlc",
                        "--ipvs-tcp-timeout=15m0s",
                        "--ipvs-tcpfin-timeout=120s",
                        "--ipvs-udp-timeout=5m",
                        "--v=3"))
                .isEqualTo(new KubeProxyFlags(true, "ipvs", "wlc", 900, 120, 300));
    }

    @Test
    void whatIsNotGivenIsNull() {
        assertThat(read("kube-proxy", "--v=3")).isEqualTo(NONE_GIVEN);
        assertThat(read()).isEqualTo(NONE_GIVEN);
        assertThat(read("kube-proxy", "--proxy-mode=", "--ipvs-scheduler=\"\"")).isEqualTo(NONE_GIVEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--proxy-mode=ipvs", "--proxy-mode=\"ipvs\"", "--proxy-mode='IPVS'", "--proxy_mode=ipvs"})
    void knowsTheSpellingsOfAFlag(String word) {
        assertThat(read("kube-proxy", word).getMode()).isEqualTo("ipvs");
    }

    @Test
    void aValueMayBeAWordOfItsOwn() {
        assertThat(read("kube-proxy", "--cleanup", "--proxy-mode", "nftables").getMode())
                .isEqualTo("nftables");
    }

    @Test
    void ofAFlagThatIsGivenTwiceTheLastCounts() {
        assertThat(read("kube-proxy", "--proxy-mode=ipvs", "--proxy-mode=iptables")
                        .getMode())
                .isEqualTo("iptables");
    }

    @Test
    void looksIntoWhatAShellRuns() {
        assertThat(read("/bin/sh", "-c", "exec kube-proxy --proxy-mode='ipvs' --ipvs-udp-timeout=10s --v=3"))
                .isEqualTo(new KubeProxyFlags(true, "ipvs", null, null, null, 10));
    }

    @ParameterizedTest
    @CsvSource({"900s,900", "15m0s,900", "1h,3600", "1.5h,5400", "90000ms,90", "1m30s,90"})
    void readsDurationsAsGoDoes(String duration, int seconds) {
        assertThat(read("kube-proxy", "--ipvs-tcp-timeout=" + duration).getTcpTimeoutSeconds())
                .isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "0m0s"})
    void zeroIsNotGiven(String duration) {
        assertThat(read("kube-proxy", "--ipvs-tcp-timeout=" + duration)).isEqualTo(NONE_GIVEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--config=/etc/kube-proxy.yaml",
                "--ipvs-tcp-timeout=900",
                "--ipvs-tcp-timeout=15 minutes",
                "--ipvs-tcp-timeout=1500ms",
                "--ipvs-tcp-timeout=-5s",
                "--ipvs-tcp-timeout=99999999h",
                "--ipvs-tcp-timeout=",
                "--proxy-mode=$(MODE)"
            })
    void whatCannotBeReadIsNotKnown(String word) {
        assertThat(read("kube-proxy", "--proxy-mode=ipvs", word)).isEqualTo(CommandLine.UNKNOWN);
    }

    @Test
    void aFileInAWordOfItsOwnIsNotReadEither() {
        assertThat(read("kube-proxy", "--config", "/var/lib/kube-proxy/config.conf"))
                .isEqualTo(CommandLine.UNKNOWN);
    }
}

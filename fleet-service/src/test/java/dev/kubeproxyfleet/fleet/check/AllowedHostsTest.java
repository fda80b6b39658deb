package dev.kubeproxyfleet.fleet.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    private static final Set<String> LISTED =
            Set.of("Prometheus.example", "status.example:8443", "127.0.0.1:9090", "[::1]:9090", "localhost:80");

    @ParameterizedTest
    @CsvSource({
        "https://prometheus.example/api, 10.0.0.7",
        "https://PROMETHEUS.EXAMPLE:443/api, 10.0.0.7",
        "https://status.example:8443/, 2001:db8::1",
        "http://127.0.0.1:9090/, 127.0.0.1",
        "http://[::1]:9090/, ::1",
        "http://localhost/, 127.0.0.1",
    })
    void whatIsListedIsAsked(URI url, String address) {
        assertThat(hosts(LISTED, address).objection(url)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://prometheus.example:9090/, prometheus.example:9090",
        "http://prometheus.example/, prometheus.example:80",
        "https://evil.example/?x=prometheus.example, evil.example:443",
        "https://prometheus.example.evil.example/, prometheus.example.evil.example:443",
        "https://status.example/, status.example:443",
    })
    void whatIsNotListedIsNotEvenResolved(URI url, String named) {
        AllowedHosts hosts = new AllowedHosts(LISTED, host -> {
            throw new AssertionError(host + " was resolved");
        });

        assertThat(hosts.objection(url))
                .contains(new Measurement.Refused(named + " is not among kpfleet.gates.hosts, so it is not asked"));
    }

    @Test
    void nothingIsAskedUnlessSomethingIsListed() {
        assertThat(hosts(Set.of(), "10.0.0.7").objection(URI.create("https://prometheus.example/")))
                .isPresent();
    }

    /** Cloud metadata, in IPv4, IPv6 and as IPv4 within IPv6; Azure's own; and what is everything or many. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "fe80::1",
                "::ffff:169.254.169.254",
                "168.63.129.16",
                "0.0.0.0",
                "::",
                "224.0.0.1"
            })
    void anAddressThatGivesOutCredentialsIsNeverAsked(String address) {
        assertThat(hosts(LISTED, address).objection(URI.create("https://prometheus.example/")))
                .get()
                .isInstanceOf(Measurement.Refused.class)
                .extracting(Measurement::told)
                .asString()
                .startsWith("prometheus.example:443 is at ")
                .endsWith(", which is never asked: there a machine gets its own credentials");
    }

    @Test
    void oneForbiddenAddressOfSeveralIsEnough() {
        assertThat(hosts(LISTED, "10.0.0.7", "169.254.169.254").objection(URI.create("https://prometheus.example/")))
                .get()
                .isInstanceOf(Measurement.Refused.class);
    }

    @Test
    void inClearTextOnlyThisMachineIsAsked() {
        assertThat(hosts(LISTED, "127.0.0.1", "10.0.0.7").objection(URI.create("http://localhost/")))
                .contains(new Measurement.Refused("localhost:80 is on another machine, and is asked over https only"));
    }

    @Test
    void aNameWithoutAnAddressMayHaveOneLater() {
        AllowedHosts hosts = new AllowedHosts(LISTED, host -> {
            throw new UnknownHostException(host);
        });

        assertThat(hosts.objection(URI.create("https://prometheus.example/")))
                .contains(new Measurement.Unknown("prometheus.example:443 has no address"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://prometheus.example", "a b", "*"})
    void aListThatCannotBeMeantStopsTheService(String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hosts(Set.of(host), "10.0.0.7"))
                .withMessageStartingWith("kpfleet.gates.hosts: \"" + host + "\" is no host");
    }

    private static AllowedHosts hosts(Set<String> listed, String... addresses) {
        return new AllowedHosts(listed, _ -> {
            List<InetAddress> resolved = new ArrayList<>();
            for (String address : addresses) {
                resolved.add(InetAddress.getByName(address));
            }
            return resolved;
        });
    }
}

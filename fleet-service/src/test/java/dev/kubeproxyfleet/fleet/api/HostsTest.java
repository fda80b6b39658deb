package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

    private static final String LOCAL = "10.0.0.7";

    private final Hosts hosts = new Hosts(Set.of("localhost", "127.0.0.1", "[::1]", "Fleet.Example"), "0.0.0.0");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:8080",
                "localhost:",
                "LOCALHOST:1",
                "localhost.",
                "localhost.:8080",
                "127.0.0.1",
                "127.0.0.1:65535",
                "[::1]",
                "[::1]:8080",
                "[0:0:0:0:0:0:0:1]:8080",
                "[::ffff:127.0.0.1]",
                "fleet.example",
                "FLEET.EXAMPLE.:443",
                "10.0.0.7:8080"
            })
    void ownHostsMayBeSpeltAsTheStandardsAllow(String host) {
        assertThat(hosts.refuse(List.of(host), "/", LOCAL)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example,                421, ForeignHost",
        "evil.example:8080,           421, ForeignHost",
        "localhost.evil.example,      421, ForeignHost",
        "evil.localhost,              421, ForeignHost",
        "xlocalhost,                  421, ForeignHost",
        "localhost..,                 421, ForeignHost",
        "127.0.0.1.evil.example,      421, ForeignHost",
        "127.0.0.2,                   421, ForeignHost",
        "0.0.0.0:8080,                421, ForeignHost",
        "[::],                        421, ForeignHost",
        "[::2]:8080,                  421, ForeignHost",
        "10.0.0.8,                    421, ForeignHost",
        "'',                          400, BadHost",
        "localhost@evil.example,      400, BadHost",
        "localhost:80:80,             400, BadHost",
        "localhost:http,              400, BadHost",
        "'localhost, evil.example',   400, BadHost",
        "'localhost evil.example',    400, BadHost",
        "localhost/evil,              400, BadHost",
        "::1,                         400, BadHost",
        "[::1,                        400, BadHost",
        "[::1%25eth0],                400, BadHost",
        "[1.2.3.4],                   400, BadHost",
    })
    void everyOtherHostIsRefused(String host, int status, RequestReason code) {
        assertThat(hosts.refuse(List.of(host), "/", LOCAL)).hasValueSatisfying(refusal -> {
            assertThat(refusal.code().status()).isEqualTo(status);
            assertThat(refusal.code()).isEqualTo(code);
        });
    }

    @Test
    void oneHostAndNoMoreMustBeNamed() {
        assertThat(hosts.refuse(List.of(), "/", LOCAL))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(RequestReason.BadHost));
        assertThat(hosts.refuse(List.of("localhost", "localhost"), "/", LOCAL))
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(RequestReason.BadHost));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080/api/v1/fleet, true",
        "HTTP://LOCALHOST,                   true",
        "https://[::1]:8443?x,               true",
        "*,                                  true",
        "http://evil.example/,               false",
        "http://localhost@evil.example/,     false",
        "evil.example:443,                   false",
        "ftp://localhost/,                   false",
    })
    void theHostInATargetCountsToo(String target, boolean own) {
        assertThat(hosts.refuse(List.of("localhost"), target, LOCAL).isEmpty()).isEqualTo(own);
    }

    @Test
    void anOwnTargetDoesNotMakeUpForAForeignHost() {
        assertThat(hosts.refuse(List.of("evil.example"), "http://localhost/", LOCAL))
                .isPresent();
    }

    @Test
    void theAddressThatIsListenedAtIsOwn() {
        assertThat(new Hosts(Set.of("localhost"), "192.0.2.1").refuse(List.of("192.0.2.1:80"), "/", LOCAL))
                .isEmpty();
        assertThat(new Hosts(Set.of("localhost"), "2001:db8::1").refuse(List.of("[2001:DB8:0::1]"), "/", LOCAL))
                .isEmpty();
        assertThat(hosts.refuse(List.of("[fe80::1]:80"), "/", "fe80:0:0:0:0:0:0:1%eth0"))
                .isEmpty();
    }

    @Test
    void aSettingThatIsNoHostIsNamed() {
        assertThatThrownBy(() -> new Hosts(Set.of("http://fleet.example/"), "127.0.0.1"))
                .hasMessageContaining("kpfleet.api.allowed-hosts has 'http://fleet.example/'");
    }
}

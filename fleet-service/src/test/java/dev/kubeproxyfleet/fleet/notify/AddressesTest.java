package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    private static final URI URL = URI.create("https://hooks.example/x");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "100.64.0.1",
                "0.1.2.3",
                "240.0.0.1",
                "169.254.1.1",
                "fe80::1",
                "fd00::1",
                "fec0::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::1"
            })
    void noAddressThatIsNotPublicIsAskedUnlessThatIsAllowed(String address) throws Exception {
        assertThatThrownBy(() -> at(address).of(URL, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("which is no public address, and is asked only if allow-private is set");
        assertThat(at(address).of(URL, true)).isEqualTo(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"169.254.169.254", "168.63.129.16", "0.0.0.0", "::", "224.0.0.1", "ff02::1", "64:ff9b::a9fe:a9fe"
            })
    void whereMachinesGetTheirCredentialsIsNeverAsked(String address) {
        for (boolean allowPrivate : List.of(true, false)) {
            assertThatThrownBy(() -> at(address).of(URL, allowPrivate))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("which is never asked");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "2606:2800:220:1::1", "100.128.0.1", "172.32.0.1"})
    void aPublicAddressIsAsked(String address) throws Exception {
        assertThat(at(address).of(URL, false)).isEqualTo(InetAddress.getByName(address));
    }

    @Test
    void oneAddressAmongSeveralIsEnoughToRefuse() {
        assertThatThrownBy(() -> at("93.184.216.34", "10.0.0.1").of(URL, false)).hasMessageContaining("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"false, is sent to by https only", "true, ''"})
    void plainHttpIsForWhatIsPrivate(boolean allowPrivate, String refusal) throws Exception {
        URI plain = URI.create("http://hooks.example/x");
        if (allowPrivate) {
            assertThat(at("10.0.0.1").of(plain, true)).isEqualTo(InetAddress.getByName("10.0.0.1"));
        } else {
            assertThatThrownBy(() -> at("93.184.216.34").of(plain, false)).hasMessageContaining(refusal);
        }
    }

    private static Addresses at(String... addresses) {
        return new Addresses(
                _ -> Arrays.stream(addresses).map(AddressesTest::address).toList());
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

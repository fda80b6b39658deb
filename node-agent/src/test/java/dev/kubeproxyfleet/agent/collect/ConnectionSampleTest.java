package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.ConnectionStates;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSampleTest {

    @ParameterizedTest
    @ValueSource(strings = {"small", "zoo"})
    void countsEveryConnectionOfACapture(String capture) {
        Map<String, Integer> expected = new TreeMap<>();
        int templates = 0;
        for (String line :
                Captures.text(capture + "/ip_vs_conn").lines().skip(1).toList()) {
            String[] words = line.strip().split("\\s+");
            if (words[2].equals("0000")) {
                templates++;
            } else {
                expected.merge(words[0] + ":" + words[7], 1, Integer::sum);
            }
        }

        ConnectionStates states = counted(Captures.bytes(capture + "/ip_vs_conn"), 1 << 20);

        assertThat(states.getStates()).isEqualTo(expected);
        assertThat(states.getTemplates()).isEqualTo(templates).isPositive();
        assertThat(states.getComplete()).isTrue();
        assertThat(states.getConnections())
                .isEqualTo(expected.values().stream().mapToInt(it -> it).sum());
    }

    @Test
    void samplesTheStartOfALargeTable() {
        ConnectionStates states = counted(Captures.bytes("big/ip_vs_conn.gz"), ConnectionSample.MAX_BYTES);

        assertThat(states.getComplete()).isFalse();
        assertThat(states.getConnections()).isBetween(10_000, 20_000);
        assertThat(states.getStates()).containsKeys("TCP:ESTABLISHED", "UDP:UDP");
    }

    @Test
    void countsAnewEachTime() {
        ConnectionSample sample = new ConnectionSample();
        byte[] table = Captures.bytes("small/ip_vs_conn");
        sample.begin();
        sample.next(table, table.length);
        ConnectionStates first = sample.states(true);
        sample.begin();
        sample.next(table, table.length);

        assertThat(sample.states(true)).isEqualTo(first);
    }

    @Test
    void takesThePersistenceEngineBehindTheStateForNoState() {
        ConnectionStates states = counted("""
                        Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
                        UDP 0AF46502 C86A 0A600001 13C4 0AF40102 13C4 UDP             297 sip    call-1@10.0.0.1
                        UDP 0AF46502 0000 0A600001 13C4 0AF40102 13C4 NONE            297 sip    call-1@10.0.0.1
                        IPV6 what
                        """.getBytes(StandardCharsets.US_ASCII), 1 << 20);

        assertThat(states.getStates()).isEqualTo(Map.of("UDP:UDP", 1));
        assertThat(states.getTemplates()).isEqualTo(1);
    }

    @Test
    void takesWhatIsNoConnectionTableForUnknown() {
        assertThat(count(new byte[0], 100)).isNull();
        assertThat(count("nonsense\n".getBytes(StandardCharsets.US_ASCII), 100)).isNull();
    }

    private static ConnectionStates counted(byte[] table, int limit) {
        return Objects.requireNonNull(count(table, limit));
    }

    private static @Nullable ConnectionStates count(byte[] table, int limit) {
        ConnectionSample sample = new ConnectionSample();
        ProcBuffer buffer = new ProcBuffer(limit, sample::next);
        sample.begin();
        buffer.append(table, 0, table.length);
        sample.next(buffer.bytes(), buffer.length());
        return sample.states(!buffer.overflowed());
    }
}

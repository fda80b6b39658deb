package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.collect.ParsedTable.Server;
import dev.kubeproxyfleet.agent.collect.ParsedTable.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpvsParserTest {

    private static final String HEADER = """
            IP Virtual Server version 1.2.1 (size=4096)
            Prot LocalAddress:Port Scheduler Flags
              -> RemoteAddress:Port Forward Weight ActiveConn InActConn
            """;

    @ParameterizedTest
    @ValueSource(strings = {"small", "zoo"})
    void seesWhatIpvsadmSawAtTheSameMoment(String capture) {
        ParsedTable table = ParsedTable.of(Captures.bytes(capture + "/ip_vs"));

        assertThat(table.tableSize).isEqualTo(4096);
        assertThat(table.skipped).isEmpty();
        assertThat(asIpvsadmPrints(table)).isEqualTo(ipvsadm(Captures.text(capture + "/ipvsadm-Ln")));
    }

    @Test
    void seesEveryServiceAndBackendOfTwoThousandServices() {
        ParsedTable table = ParsedTable.of(Captures.bytes("big/ip_vs.gz"));

        assertThat(table.skipped).isEmpty();
        assertThat(table.services)
                .hasSize(2000)
                .allSatisfy(it -> assertThat(it.servers()).hasSize(5));
        assertThat(addresses(asIpvsadmPrints(table)))
                .isEqualTo(addresses(ipvsadm(Captures.text("big/ipvsadm-Ln--stats.gz"))));
    }

    @Test
    void creditsNoBackendOfAServiceItDoesNotKnowToTheOneBefore() {
        ParsedTable table = ParsedTable.of(HEADER + """
                TCP  0A600001:0050 rr
                  -> 0AF40101:1F90      Masq    1      3          4
                IP_132  0A600001:0F1C rr
                  -> 0AF40102:0F1C      Masq    1      9          9
                """);

        assertThat(table.services).hasSize(1);
        assertThat(table.services.getFirst().servers())
                .containsExactly(new Server("10.244.1.1", 8080, Forwarding.MASQ, 1, 3, 4));
        assertThat(table.skipped).containsOnly(Map.entry("unknown-protocol", 1), Map.entry("orphan-backend", 1));
    }

    @Test
    void doesNotTrustALastLineWithoutItsEnd() {
        ParsedTable table = ParsedTable.of(HEADER
                + "TCP  0A600001:0050 rr  \n  -> 0AF40101:1F90      Masq    1      3          4         \n"
                + "  -> 0AF40102:1F90      Masq    1      3          1");

        assertThat(table.services.getFirst().servers()).hasSize(1);
        assertThat(table.skipped).containsOnly(Map.entry("truncated-line", 1));
    }

    @Test
    void takesWeightsUpToInt32AndAnEmptyTable() {
        ParsedTable table = ParsedTable.of(
                HEADER + "TCP  0A600001:0050 rr  \n  -> 0AF40101:1F90 Masq 2147483647 2147483647 2147483647\n");

        assertThat(table.services.getFirst().servers())
                .containsExactly(new Server(
                        "10.244.1.1", 8080, Forwarding.MASQ, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
        assertThat(ParsedTable.of(HEADER).services).isEmpty();
        assertThat(ParsedTable.of(HEADER).tableSize).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-> 0AF40101:1F90 Masq 1 3|missing-column",
                "-> 0AF40101:1F90 Masq 1 3 2147483648|bad-number",
                "-> 0AF40101:1F90 Masq -1 3 4|bad-number",
                "-> 0AF40101:1F90 Magic 1 3 4|bad-forwarding",
                "-> 0AF4010:1F90 Masq 1 3 4|bad-address",
                "-> [fd00::1]:1F90 Masq 1 3 4|bad-address",
                "->|missing-column",
                "UDP 0A600001:0035|missing-column",
                "UDP 0A600001:35 rr|bad-address",
                "UDP 0A600001:0035 Round(Robin)|bad-scheduler",
                "UDP 0A600001:0035 rr persistent 75000|bad-persistence",
                "FWM 4D wlc|bad-address",
                "what is this|unknown-line",
            })
    void saysWhyItSkippedALine(String line, String reason) {
        ParsedTable table = ParsedTable.of(HEADER + "TCP  0A600001:0050 rr  \n" + line + "\n");

        assertThat(table.services)
                .hasSize(1)
                .allSatisfy(it -> assertThat(it.servers()).isEmpty());
        assertThat(table.skipped).containsOnly(Map.entry(reason, 1));
    }

    @Test
    void usesALineWithColumnsOfANewerKernelAndSaysSo() {
        ParsedTable table = ParsedTable.of(HEADER
                + "TCP  0A600001:0050 rr  pe sip persistent 90000 FFFFFFFF\n"
                + "  -> 0AF40101:1F90 Masq 1 3 4 5\n");

        Service service = table.services.getFirst();
        assertThat(service.persistenceJiffies()).isEqualTo(90000);
        assertThat(service.servers()).hasSize(1);
        assertThat(table.skipped).containsOnly(Map.entry("unknown-column", 2));
    }

    @Test
    void tellsNoTableForWhatIsNone() {
        assertThat(ParsedTable.of("").tableSize).isNegative();
        assertThat(ParsedTable.of("Permission denied\n").skipped).containsOnly(Map.entry("bad-header", 1));
    }

    /** Services with their backends, both in order of text: the kernel walks a hash table, ipvsadm sorts. */
    private static Map<String, List<String>> asIpvsadmPrints(ParsedTable table) {
        Map<String, List<String>> services = new TreeMap<>();
        for (Service it : table.services) {
            StringBuilder head = new StringBuilder()
                    .append(it.protocol())
                    .append(' ')
                    .append(endpoint(it.protocol(), it.address(), it.port()))
                    .append(' ')
                    .append(it.scheduler());
            if (it.persistent()) {
                head.append(" persistent ").append(it.persistenceJiffies() / Captures.HZ);
            }
            if (it.onePacket()) {
                head.append(" ops");
            }
            services.put(
                    head.toString(),
                    it.servers().stream()
                            .map(server -> endpoint(Protocol.TCP, server.address(), server.port()) + " "
                                    + server.forwarding().kernelName() + " " + server.weight() + " " + server.active()
                                    + " " + server.inactive())
                            .sorted()
                            .toList());
        }
        return services;
    }

    private static String endpoint(Protocol protocol, String address, int port) {
        if (protocol == Protocol.FWM) {
            return address;
        }
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    /** Without what the proc file does not have: scheduler flags, persistence masks, the family of a mark, ops of IPv6. */
    private static Map<String, List<String>> ipvsadm(String output) {
        Map<String, List<String>> services = new TreeMap<>();
        List<String> servers = new ArrayList<>();
        for (String line : output.lines().skip(3).toList()) {
            String words = String.join(" ", line.strip().split("\\s+"));
            if (words.startsWith("-> ")) {
                servers.add(words.substring(3));
                servers.sort(null);
            } else if (!words.isEmpty()) {
                servers = new ArrayList<>();
                String known = words.replaceAll(" \\(.*\\)| mask \\S+| IPv6", "");
                services.put(known.contains("[") ? known.replace(" ops", "") : known, servers);
            }
        }
        return services;
    }

    private static Map<String, List<String>> addresses(Map<String, List<String>> services) {
        Map<String, List<String>> addresses = new TreeMap<>();
        services.forEach((service, servers) -> addresses.put(
                String.join(" ", Stream.of(service.split(" ")).limit(2).toList()),
                servers.stream().map(it -> it.split(" ", 2)[0]).sorted().toList()));
        return addresses;
    }
}

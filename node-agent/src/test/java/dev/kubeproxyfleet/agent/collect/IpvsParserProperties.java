package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.collect.ParsedTable.Server;
import dev.kubeproxyfleet.agent.collect.ParsedTable.Service;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class IpvsParserProperties {

    /** What a table is made of. */
    private static final String PIECES = " 0123456789AFf:[]->\t\nMasq";

    @Property
    void readsBackWhatTheKernelPrints(@ForAll("tables") List<Printed> table) {
        ParsedTable parsed = ParsedTable.of(print(table));

        assertThat(parsed.skipped).isEmpty();
        assertThat(parsed.services)
                .isEqualTo(table.stream().map(Printed::service).toList());
    }

    @Property
    void neverThrowsOnAnyBytes(@ForAll byte[] bytes) {
        assertThat(ParsedTable.of(bytes).services).isEmpty();
    }

    @Property
    void accountsForEveryLineOfATableThatWasCutAnywhere(
            @ForAll("tables") List<Printed> table, @ForAll @IntRange(max = 4000) int cut) {
        String text = print(table);
        String start = text.substring(0, Math.min(cut, text.length()));
        ParsedTable parsed = ParsedTable.of(start);

        int rows =
                parsed.services.stream().mapToInt(it -> 1 + it.servers().size()).sum();
        int skipped =
                parsed.skipped.values().stream().mapToInt(Integer::intValue).sum();
        int headers = (int) Math.min(3, start.chars().filter(c -> c == '\n').count());
        assertThat(rows + skipped + headers).isEqualTo((int) start.lines().count());
        assertThat(parsed.services.size()).isLessThanOrEqualTo(table.size());
    }

    @Property
    void neverThrowsOnAKernelTableWithFlippedBytes(
            @ForAll("tables") List<Printed> table, @ForAll List<@IntRange(max = 100_000) Integer> flips) {
        byte[] bytes = print(table).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        for (int flip : flips) {
            bytes[flip % bytes.length] ^= (byte) (1 + flip % 255);
        }
        assertThat(ParsedTable.of(bytes).services).isNotNull();
    }

    /** Columns of the kernel's widths are read at once, those of any other line word by word; one blank more says the same. */
    @Property
    void aLineMeansTheSameWhateverItsPadding(
            @ForAll("tables") List<Printed> table, @ForAll List<@IntRange(max = 100_000) Integer> flips) {
        byte[] bytes = print(table).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        for (int flip : flips) {
            bytes[flip % bytes.length] = (byte) PIECES.charAt(flip % PIECES.length());
        }
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        ParsedTable padded = ParsedTable.of(text);
        ParsedTable shifted = ParsedTable.of(text.replaceAll("(?s)\n(?=.)", "\n "));

        assertThat(padded.services).isEqualTo(shifted.services);
        assertThat(padded.skipped).isEqualTo(shifted.skipped);
    }

    /** A service, and the addresses in the kernel's form. */
    record Printed(Service service, String head, List<String> backends) {}

    private static String print(List<Printed> table) {
        StringBuilder text = new StringBuilder("""
                IP Virtual Server version 1.2.1 (size=262144)
                Prot LocalAddress:Port Scheduler Flags
                  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
                """);
        for (Printed printed : table) {
            text.append(printed.head).append('\n');
            printed.backends.forEach(it -> text.append(it).append('\n'));
        }
        return text.toString();
    }

    @Provide
    Arbitrary<List<Printed>> tables() {
        return services().list().ofMaxSize(12);
    }

    private Arbitrary<Printed> services() {
        Arbitrary<Protocol> protocols = Arbitraries.of(Protocol.class);
        Arbitrary<String> schedulers = Arbitraries.of("rr", "lc", "wrr", "mh", "none", "lblcr");
        Arbitrary<Boolean> flags = Arbitraries.of(true, false);
        Arbitrary<Integer> numbers = Arbitraries.integers().greaterOrEqual(0);
        return Combinators.combine(
                        protocols,
                        addresses(),
                        Arbitraries.integers().between(0, 65535),
                        schedulers,
                        flags,
                        flags,
                        numbers,
                        backends().list().ofMaxSize(6))
                .as(IpvsParserProperties::printed);
    }

    private static Printed printed(
            Protocol protocol,
            byte[] address,
            int port,
            String scheduler,
            boolean ops,
            boolean persistent,
            int jiffies,
            List<Backend> backends) {
        boolean ipv6 = address.length == 16;
        boolean mark = protocol == Protocol.FWM;
        boolean onePacket = ops && (mark || !ipv6);
        String head = mark
                ? "FWM  %08X %s %s".formatted(port, scheduler, onePacket ? "ops " : "")
                : ipv6
                        ? "%s  %s %s ".formatted(protocol, kernel(address, port), scheduler)
                        : "%s  %s %s %s "
                                .formatted(protocol, kernel(address, port), scheduler, onePacket ? "ops " : "");
        if (persistent) {
            head += "persistent %d %08X".formatted(jiffies, 0xFFFFFF00);
        }
        Service service = new Service(
                protocol,
                mark ? Integer.toString(port) : shortest(address),
                mark ? 0 : port,
                scheduler,
                onePacket,
                persistent,
                persistent ? jiffies : 0,
                persistent ? 0xFFFFFF00 : 0,
                backends.stream().map(Backend::server).toList());
        return new Printed(service, head, backends.stream().map(Backend::line).toList());
    }

    record Backend(Server server, String line) {}

    private static Arbitrary<Backend> backends() {
        Arbitrary<Integer> numbers = Arbitraries.integers().greaterOrEqual(0);
        return Combinators.combine(
                        addresses(),
                        Arbitraries.integers().between(0, 65535),
                        Arbitraries.of(Forwarding.class),
                        numbers,
                        numbers,
                        numbers)
                .as((address, port, forwarding, weight, active, inactive) -> new Backend(
                        new Server(shortest(address), port, forwarding, weight, active, inactive),
                        "  -> %s      %-7s %-6d %-10d %-10d"
                                .formatted(kernel(address, port), forwarding.kernelName(), weight, active, inactive)));
    }

    private static Arbitrary<byte[]> addresses() {
        Arbitrary<Byte> mostlyZero = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(2, Arbitraries.just((byte) 0)), net.jqwik.api.Tuple.of(1, Arbitraries.bytes()));
        return Arbitraries.of(4, 16)
                .flatMap(size -> mostlyZero.array(byte[].class).ofSize(size));
    }

    private static String kernel(byte[] address, int port) {
        String hex = HexFormat.of().formatHex(address);
        String text = address.length == 4
                ? hex.toUpperCase(java.util.Locale.ROOT)
                : "[" + String.join(":", hex.split("(?<=\\G.{4})")) + "]";
        return "%s:%04X".formatted(text, port);
    }

    /** RFC 5952, on the JDK's address for what the groups are, with the longest run of zeros found by trying all. */
    private static String shortest(byte[] address) {
        if (address.length == 4) {
            try {
                return InetAddress.getByAddress(address).getHostAddress();
            } catch (UnknownHostException impossible) {
                throw new AssertionError(impossible);
            }
        }
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 16; i += 2) {
            groups.add(Integer.toHexString((address[i] & 0xFF) << 8 | address[i + 1] & 0xFF));
        }
        for (int length = 8; length >= 2; length--) {
            for (int from = 0; from + length <= 8; from++) {
                if (groups.subList(from, from + length).stream().allMatch("0"::equals)) {
                    return String.join(":", groups.subList(0, from)) + "::"
                            + String.join(":", groups.subList(from + length, 8));
                }
            }
        }
        return String.join(":", groups);
    }
}

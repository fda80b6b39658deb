package dev.kubeproxyfleet.agent.collect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that the parser told, as values. */
final class ParsedTable implements IpvsVisitor {

    record Service(
            Protocol protocol,
            String address,
            int port,
            String scheduler,
            boolean onePacket,
            boolean persistent,
            int persistenceJiffies,
            int persistenceMask,
            List<Server> servers) {}

    record Server(String address, int port, Forwarding forwarding, int weight, int active, int inactive) {}

    int tableSize = -1;
    final List<Service> services = new ArrayList<>();
    final Map<String, Integer> skipped = new TreeMap<>();

    static ParsedTable of(String text) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static ParsedTable of(byte[] bytes) {
        ParsedTable table = new ParsedTable();
        new IpvsParser().parse(bytes, bytes.length, table);
        return table;
    }

    @Override
    public void table(int size) {
        tableSize = size;
    }

    @Override
    public void virtualService(VirtualServiceRow row) {
        services.add(new Service(
                row.protocol(),
                row.address(),
                row.port(),
                row.scheduler(),
                row.onePacket(),
                row.persistent(),
                row.persistenceJiffies(),
                row.persistenceMask(),
                new ArrayList<>()));
    }

    @Override
    public void realServer(RealServerRow row) {
        services.getLast()
                .servers()
                .add(new Server(
                        row.address(),
                        row.port(),
                        row.forwarding(),
                        row.weight(),
                        row.activeConnections(),
                        row.inactiveConnections()));
    }

    @Override
    public void skipped(SkipReason reason, int line) {
        skipped.merge(reason.code(), 1, Integer::sum);
    }
}

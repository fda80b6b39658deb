package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.ServerState;
import dev.kubeproxyfleet.schemas.avro.ServiceState;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole table as values, for a snapshot of full detail, up to a limit that keeps it below the size of a Kafka record. What
 * it is told it tells another visitor, too, so that the table is read once.
 */
final class DetailVisitor implements IpvsVisitor {

    static final int MAX_SERVICES = 5_000;

    /** Of all services together; those of later services are left out. */
    static final int MAX_SERVERS = 12_000;

    private final IpvsVisitor other;
    private final List<ServiceState> services = new ArrayList<>();
    private List<ServerState> servers = new ArrayList<>();
    private int serversLeft = MAX_SERVERS;
    private boolean taking;

    private String protocol = "";
    private String address = "";
    private int port;
    private String scheduler = "";
    private boolean persistent;
    private boolean onePacket;
    private int backends;
    private long active;
    private long inactive;

    DetailVisitor(IpvsVisitor other) {
        this.other = other;
    }

    @Override
    public void table(int tableSize) {
        other.table(tableSize);
    }

    @Override
    public void virtualService(VirtualServiceRow service) {
        other.virtualService(service);
        close();
        taking = services.size() < MAX_SERVICES;
        if (taking) {
            protocol = service.protocol().name();
            address = service.address();
            port = service.port();
            scheduler = service.scheduler();
            persistent = service.persistent();
            onePacket = service.onePacket();
            backends = 0;
            active = 0;
            inactive = 0;
            servers = new ArrayList<>();
        }
    }

    @Override
    public void realServer(RealServerRow server) {
        other.realServer(server);
        if (!taking) {
            return;
        }
        backends++;
        active += server.activeConnections();
        inactive += server.inactiveConnections();
        if (serversLeft > 0) {
            serversLeft--;
            servers.add(new ServerState(
                    server.address(),
                    server.port(),
                    server.forwarding().kernelName(),
                    server.weight(),
                    server.activeConnections(),
                    server.inactiveConnections()));
        }
    }

    @Override
    public void skipped(SkipReason reason, int line) {
        other.skipped(reason, line);
    }

    /** In the order of the table; call once, after the last row. */
    List<ServiceState> services() {
        close();
        return services;
    }

    private void close() {
        if (taking) {
            services.add(new ServiceState(
                    protocol,
                    address,
                    port,
                    scheduler,
                    persistent,
                    onePacket,
                    backends,
                    active,
                    inactive,
                    null,
                    null,
                    servers));
            taking = false;
        }
    }
}

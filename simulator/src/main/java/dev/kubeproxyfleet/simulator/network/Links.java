package dev.kubeproxyfleet.simulator.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What lies between processes of this machine and the servers that they know by name: for each process and each server
 * {@linkplain Relay relays} of their own, so that either can be parted from the other, alone.
 *
 * <p>Each process gets a hosts file by which a server's name is an address of 127.77.0.0/16, which only Linux listens at without
 * being set up for it. Thread-safe.
 */
public final class Links implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_PARTIES = 254;

    private record Link(String party, String server) {}

    private final Path folder;
    private final Map<String, List<Integer>> servers = new LinkedHashMap<>();
    private final List<String> parties = new ArrayList<>();
    private final Map<Link, List<Relay>> relays = new LinkedHashMap<>();

    /**
     * @param folder for the hosts files
     * @param servers ports on loopback of each server, by its name
     */
    public Links(Path folder, Map<String, List<Integer>> servers) {
        this.folder = folder;
        this.servers.putAll(servers);
    }

    /**
     * Lets a process in. A server may be one, under its own name; it comes to itself directly.
     *
     * @return the file for its system property {@code jdk.net.hosts.file}
     */
    public synchronized Path join(String party) throws IOException {
        Path hosts = folder.resolve("hosts-of-" + party);
        if (parties.contains(party)) {
            return hosts;
        }
        parties.add(party);
        if (parties.size() > MAX_PARTIES) {
            throw new IOException("more than " + MAX_PARTIES + " processes cannot be given addresses");
        }
        StringBuilder lines = new StringBuilder(LOOPBACK + " localhost\n" + LOOPBACK + " "
                + InetAddress.getLocalHost().getHostName() + "\n");
        int number = 0;
        for (Map.Entry<String, List<Integer>> server : servers.entrySet()) {
            number++;
            String address = LOOPBACK;
            if (!server.getKey().equals(party)) {
                address = "127.77." + parties.size() + "." + number;
                List<Relay> ofLink = relays.computeIfAbsent(new Link(party, server.getKey()), _ -> new ArrayList<>());
                for (int port : server.getValue()) {
                    ofLink.add(
                            Relay.start(new InetSocketAddress(address, port), new InetSocketAddress(LOOPBACK, port)));
                }
            }
            lines.append(address).append(' ').append(server.getKey()).append('\n');
        }
        return Files.writeString(hosts, lines);
    }

    /** Whether links lead to a server of this name. */
    public boolean has(String server) {
        return servers.containsKey(server);
    }

    /** From now on, for what a process sends to a server and what it is answered. */
    public synchronized void set(String party, String server, Weather weather) {
        List<Relay> ofLink = relays.get(new Link(party, server));
        if (ofLink == null) {
            throw new IllegalArgumentException("there is no link from " + party + " to " + server);
        }
        ofLink.forEach(relay -> relay.set(weather));
    }

    /** From now on, whoever of the two began to talk. */
    public synchronized void setBetween(String one, String other, Weather weather) {
        relays.forEach((link, ofLink) -> {
            if (link.equals(new Link(one, other)) || link.equals(new Link(other, one))) {
                ofLink.forEach(relay -> relay.set(weather));
            }
        });
    }

    /** From now on, for everything that a server takes from others. */
    public synchronized void setTowards(String server, Weather weather) {
        relays.forEach((link, ofLink) -> {
            if (link.server().equals(server)) {
                ofLink.forEach(relay -> relay.set(weather));
            }
        });
    }

    /** Everything goes through again. */
    public synchronized void heal() {
        relays.values().forEach(ofLink -> ofLink.forEach(relay -> relay.set(Weather.FAIR)));
    }

    @Override
    public synchronized void close() throws IOException {
        for (List<Relay> ofLink : relays.values()) {
            for (Relay relay : ofLink) {
                relay.close();
            }
        }
        relays.clear();
    }
}

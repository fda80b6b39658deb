package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Whether each broker can be reached, and which step on the way to it fails. */
final class BrokerProbe {

    /** Time in which an address must have taken a connection. */
    static final Duration CONNECT = Duration.ofSeconds(5);

    /** Time in which a broker must have answered a question. */
    static final Duration ANSWER = Duration.ofSeconds(10);

    private static final String SETTING = "kpfleet.kafka.bootstrap-servers";

    private final Map<String, Object> client;
    private final Consumer<Finding> found;

    /** @param client properties of the service's clients, the brokers to start from among them */
    BrokerProbe(Map<String, Object> client, Consumer<Finding> found) {
        this.client = client;
        this.found = found;
    }

    /**
     * Asks each address to start from, and connects to each broker that Kafka then names.
     *
     * @return the addresses that have answered
     */
    List<String> answering() throws InterruptedException {
        List<String> given = Stream.of(String.valueOf(client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG))
                        .split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .toList();
        if (given.isEmpty()) {
            found.accept(Finding.invalid(SETTING + " names no broker; give it as host:port,…"));
        }
        List<String> answering = new ArrayList<>();
        Map<String, Node> brokers = new HashMap<>();
        for (String address : given) {
            String host = Utils.getHost(address);
            Integer port = Utils.getPort(address);
            if (host == null || port == null) {
                found.accept(Finding.invalid(SETTING + " has " + address + ", which is no host:port"));
                continue;
            }
            String obstacle = connect(host, port);
            if (obstacle != null) {
                found.accept(Finding.missing(
                        "Kafka at " + address + ": " + obstacle + "; correct " + SETTING + " if Kafka is elsewhere"));
            } else if (ask(address, brokers)) {
                answering.add(address);
            }
        }
        brokers.forEach((address, broker) -> {
            String obstacle = given.contains(address) ? null : connect(broker.host(), broker.port());
            found.accept(
                    obstacle == null
                            ? Finding.ok("broker " + broker.id() + " of Kafka at " + address)
                            : Finding.missing("broker " + broker.id() + " of Kafka says that it is at " + address + ": "
                                    + obstacle
                                    + "; correct the broker's advertised.listeners, or let the service connect"));
        });
        return answering;
    }

    /** A client that gives up after {@link #ANSWER}. */
    Admin admin(Collection<String> addresses) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, List.copyOf(addresses));
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        return Admin.create(properties);
    }

    /** In Kafka's words. */
    static String why(ExecutionException e) {
        return e.getCause() == null
                ? "no reason given"
                : String.valueOf(e.getCause().getMessage());
    }

    /** @return why there is no connection; null if there is */
    private static @Nullable String connect(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(host), port), (int) CONNECT.toMillis());
            return null;
        } catch (UnknownHostException e) {
            return "the name " + host + " cannot be resolved";
        } catch (SocketTimeoutException e) {
            return "nothing took the connection within " + CONNECT.toSeconds()
                    + " s, so that a firewall or a NetworkPolicy may be in the way";
        } catch (ConnectException e) {
            return "the connection was refused, so that nothing listens there";
        } catch (IOException e) {
            return "there is no connection (" + e.getMessage() + ")";
        }
    }

    private boolean ask(String address, Map<String, Node> brokers) throws InterruptedException {
        try (Admin admin = admin(List.of(address))) {
            for (Node broker : admin.describeCluster().nodes().get()) {
                brokers.put(broker.host() + ":" + broker.port(), broker);
            }
            found.accept(Finding.ok("Kafka at " + address + " answers"));
            return true;
        } catch (ExecutionException e) {
            found.accept(Finding.missing("Kafka at " + address + ": " + noAnswer(e.getCause())));
        } catch (KafkaException e) {
            found.accept(Finding.invalid("kpfleet.kafka.client: " + notUsable(e)));
        }
        return false;
    }

    private String noAnswer(@Nullable Throwable cause) {
        return switch (cause) {
            case SslAuthenticationException e ->
                "TLS failed (" + root(e)
                        + "); correct kpfleet.kafka.client.ssl.*, such as the certificates that are trusted";
            case AuthenticationException e ->
                "the sign-in was refused (" + e.getMessage()
                        + "); correct kpfleet.kafka.client.sasl.*, or the user in Kafka: deploy/kafka";
            case null, default ->
                "no answer within " + ANSWER.toSeconds() + " s to security.protocol="
                        + client.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT")
                        + "; that must be what this port speaks, set it by kpfleet.kafka.client.security.protocol";
        };
    }

    /** Kafka's words for what cannot be read of a JAAS configuration may hold a part of a password. */
    private static String notUsable(KafkaException e) {
        String message = root(e);
        return message.contains("JAAS") ? "sasl.jaas.config is not as Kafka reads it" : message;
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}

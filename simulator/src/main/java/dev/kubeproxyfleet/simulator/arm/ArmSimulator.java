package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.KeptConnections;
import dev.kubeproxyfleet.simulator.world.KubernetesFaults;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import dev.kubeproxyfleet.simulator.world.NodeNames;
import dev.kubeproxyfleet.simulator.world.NodeSoftware;
import dev.kubeproxyfleet.simulator.world.ReplacedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * Azure Resource Manager over HTTPS on loopback, for the clusters of a {@link Fleet}.
 *
 * <p>Speaks the part of ARM that has to do with managed clusters, to any client: sign-in, subscriptions, resource groups,
 * providers and features, locks, clusters with their agent pools, maintenance configurations and credentials, with eTags and
 * long-running operations. Its quirks are AKS's: read-only members are ignored, unknown ones kept, kubeProxyConfig reads back
 * with less than was sent. Thread-safe.
 */
public final class ArmSimulator implements Clusters, AutoCloseable {

    /** A bearer token that is always good, for clients without a sign-in. */
    public static final String SANDBOX_TOKEN = ArmModel.SANDBOX_TOKEN;

    private final ArmModel model;
    private final NodeFaults nodeFaults = new NodeFaults();
    private final KubernetesFaults kubernetesFaults;
    private final AdminCalls admin;
    private final NodeCalls nodeCalls;
    private final KubernetesCalls kubernetesCalls;
    private final ClusterIssuers issuers;
    private final LocalAuthority authority;
    private final HttpsServer server;
    private final ExecutorService threads;

    private ArmSimulator(
            ArmModel model,
            KubernetesFaults kubernetesFaults,
            ClusterIssuers issuers,
            LocalAuthority authority,
            HttpsServer server,
            ExecutorService threads) {
        this.model = model;
        this.kubernetesFaults = kubernetesFaults;
        this.admin = new AdminCalls(model);
        this.nodeCalls = new NodeCalls(model, this, nodeFaults);
        this.kubernetesCalls = new KubernetesCalls(model, kubernetesFaults);
        this.issuers = issuers;
        this.authority = authority;
        this.server = server;
        this.threads = threads;
    }

    /** Starts on the system's clock. */
    public static ArmSimulator start(Fleet fleet, ArmOptions options) throws IOException {
        return start(fleet, options, MachineClock.get());
    }

    /**
     * Starts and returns when it answers.
     *
     * @param clock of operations, tokens and the journal; certificates follow the machine's own
     * @throws IOException if the port is taken; the message names it
     */
    public static ArmSimulator start(Fleet fleet, ArmOptions options, InstantSource clock) throws IOException {
        // The clusters' simulated APIs need an Azure, so this is the first server.
        KeptConnections.allow();
        ArmModel model = new ArmModel(fleet, options, clock);
        try {
            LocalAuthority authority = new LocalAuthority(
                    "Kubeproxy Fleet simulator CA", MachineClock.get().instant());
            HttpsServer server =
                    HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), options.port()), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(authority.serverContext()));
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(threads);
            ArmSimulator simulator = new ArmSimulator(
                    model, new KubernetesFaults(clock), new ClusterIssuers(clock), authority, server, threads);
            model.setEndpoint(simulator.endpoint().toString());
            server.createContext("/", simulator::exchange);
            server.start();
            return simulator;
        } catch (java.net.BindException e) {
            throw new IOException(
                    "The ARM simulator cannot listen on 127.0.0.1:" + options.port()
                            + ". Stop what uses this port, or name another one.",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IOException("The ARM simulator cannot make its certificate: " + e.getMessage(), e);
        }
    }

    /** Such as {@code https://localhost:41234}; both {@code localhost} and {@code 127.0.0.1} are in the certificate. */
    public URI endpoint() {
        return URI.create("https://localhost:" + server.getAddress().getPort());
    }

    /** Certificate of the authority that clients must trust, in PEM; another one at each start. */
    public String caPem() {
        try {
            return authority.pem();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Writes {@link #caPem()} to a file, replacing it in one step. */
    public void writeCaPem(Path file) throws IOException {
        ReplacedFile.write(file, caPem().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** Trusts this simulator and nothing else. */
    public SSLContext clientContext() {
        try {
            return authority.clientContext();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the simulator's certificate cannot be trusted", e);
        }
    }

    /** Every request answered so far. */
    public Journal journal() {
        return model.journal();
    }

    /** Makes something go wrong once; faults of the same kind happen in the order they were asked for. */
    public void inject(Fault fault) {
        model.inject(FaultRule.once(fault));
    }

    /** As {@link #inject(Fault)}, for the next {@code times} calls. */
    public void inject(int times, Fault fault) {
        model.inject(new FaultRule(fault, 0, 1, times));
    }

    /** Makes something go wrong as often as the rule says. */
    public void inject(FaultRule rule) {
        model.inject(rule);
    }

    /** Nothing more goes wrong. */
    public void clearFaults() {
        model.clearFaults();
    }

    /** Has writes of clusters evaluated by a policy, from now on. */
    public void assign(ExternalPolicy policy) {
        model.assign(policy);
    }

    /** As in a subscription that has never used Microsoft.ContainerService. */
    public void unregisterProvider(String subscriptionId) {
        model.unregisterProvider(subscriptionId);
    }

    /** Takes every right in a subscription but these, given as in a role definition, such as {@code Microsoft.Features/*}. */
    public void setRights(String subscriptionId, List<String> actions) {
        model.setRights(subscriptionId, actions);
    }

    /** The service account token that the kubelet mounts for the agent on a node; empty if the cluster has no OIDC issuer. */
    public Optional<String> agentToken(String clusterId, String node) {
        return model.oidcIssuer(clusterId).map(issuer -> issuers.token(issuer, node));
    }

    /** As {@link #agentToken(String, String)}, of a token that was issued then, for an hour. */
    public Optional<String> agentToken(String clusterId, String node, Instant issued) {
        return model.oidcIssuer(clusterId).map(issuer -> issuers.token(issuer, node, issued));
    }

    /** Lets the OIDC issuer of a cluster, if it has one, sign with another key, and publish that alone. */
    public void rotateIssuerKey(String clusterId) {
        model.oidcIssuer(clusterId).ifPresent(issuers::rotate);
    }

    /** What goes wrong on nodes, as the admin calls say. */
    public NodeFaults nodeFaults() {
        return nodeFaults;
    }

    /** What goes wrong in the clusters' Kubernetes, as the admin calls say. */
    public KubernetesFaults kubernetesFaults() {
        return kubernetesFaults;
    }

    /** Where the clusters' Kubernetes APIs are; until this is called, nobody reaches any. */
    public void setKubernetes(KubernetesServers servers) {
        model.setKubernetes(servers);
    }

    /** Who a token of the sign-in stands for, if it is good now and was asked for this audience. */
    public Optional<String> principal(String token, String audience) {
        return model.principal(token, audience);
    }

    @Override
    public Map<String, List<String>> nodes() {
        Map<String, List<String>> nodes = new LinkedHashMap<>();
        for (String id : model.clusterIds()) {
            model.linuxNodes(id)
                    .ifPresent(there -> nodes.put(id, NodeNames.of(id, there.byPool(), there.autoprovisioned())));
        }
        return nodes;
    }

    @Override
    public Optional<AppliedConfiguration> applied(String clusterId) {
        return model.applied(clusterId).map(applied -> kubernetesFaults.edited(clusterId, applied));
    }

    @Override
    public boolean holdsBack(String clusterId, String node) {
        return kubernetesFaults.holdsBack(clusterId, node);
    }

    @Override
    public NodeSoftware software(String clusterId) {
        return model.software(clusterId);
    }

    @Override
    public Optional<String> region(String clusterId) {
        return model.region(clusterId);
    }

    /** Ids, in lower case, of the clusters that there are now, those that are being created or deleted too. */
    public List<String> clusterIds() {
        return model.clusterIds();
    }

    /** Linux nodes that a cluster has now; empty if there is no such cluster (any more). */
    public Optional<LinuxNodes> linuxNodes(String clusterId) {
        return model.linuxNodes(clusterId);
    }

    /** Says how many nodes autoprovisioning adds to a cluster, where it is on; {@code nodes} are 0 or more. */
    public void setAutoprovisioned(String clusterId, int nodes) {
        model.setAutoprovisioned(clusterId, nodes);
    }

    /** The cluster as Azure keeps it, kubeProxyConfig as it was sent. */
    public Optional<ObjectNode> document(String clusterId) {
        return model.document(clusterId);
    }

    /** Another one after each change of the document; empty if there is no such cluster (any more). */
    public Optional<String> eTag(String clusterId) {
        return model.eTag(clusterId);
    }

    /** Changes a cluster behind everybody's back; its eTag changes and its nodes follow. */
    public void edit(String clusterId, Consumer<ObjectNode> change) {
        model.edit(clusterId, change);
    }

    /** Deletes a cluster. */
    public void remove(String clusterId) {
        model.remove(clusterId);
    }

    /** Registers or unregisters KubeProxyConfigurationPreview in a subscription at once. */
    public void setFeature(String subscriptionId, boolean registered) {
        model.setFeature(subscriptionId, registered);
    }

    /** Writes clusters, groups, locks and registrations to a file for {@link #restore}; what still runs counts as ended. */
    public void save(Path file) throws IOException {
        ReplacedFile.write(file, Json.MAPPER.writeValueAsBytes(model.save()));
    }

    /**
     * Puts everything back as {@link #save} left it, and nothing else; does nothing if there is no such file.
     *
     * @throws IOException if the file is not one that {@link #save} wrote; the message says what to do
     */
    public void restore(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try {
            JsonNode saved = Json.MAPPER.readTree(Files.readAllBytes(file));
            model.restore(saved);
        } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
            throw new IOException(
                    "The saved clusters in " + file + " cannot be read: " + e.getMessage()
                            + ". Delete this file to begin with a new fleet.",
                    e);
        }
    }

    /** Stops answering at once; a second call does nothing. */
    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body;
            try (InputStream in = exchange.getRequestBody()) {
                // One more than is allowed, so that the model sees that; a client hears of it when all of it has come.
                body = in.readNBytes(ArmChecks.MAX_BODY_BYTES + 1);
                in.transferTo(OutputStream.nullOutputStream());
            }
            URI uri = exchange.getRequestURI();
            if (ClusterIssuers.concerns(uri)) {
                Optional<JsonNode> answer = issuers.answer(endpoint().toString(), uri.getPath());
                send(
                        exchange,
                        answer.isPresent() ? 200 : 404,
                        Map.of(),
                        answer.isPresent() ? Json.MAPPER.writeValueAsBytes(answer.get()) : new byte[0]);
                return;
            }
            if (AdminCalls.concerns(uri)) {
                String method = exchange.getRequestMethod();
                AdminCalls.Reply answer = nodeCalls
                        .answer(method, uri, body)
                        .or(() -> kubernetesCalls.answer(method, uri, body))
                        .orElseGet(() -> admin.answer(method, uri, body));
                send(exchange, answer.status(), Map.of(), Json.MAPPER.writeValueAsBytes(answer.body()));
                return;
            }
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> {
                if (!values.isEmpty()) {
                    headers.put(name, values.getFirst());
                }
            });
            ArmAnswer answer = model.answer(exchange.getRequestMethod(), uri, headers, body);
            if (!answer.after().isZero()) {
                CompletableFuture.runAsync(
                                () -> {},
                                CompletableFuture.delayedExecutor(answer.after().toNanos(), TimeUnit.NANOSECONDS))
                        .join();
            }
            if (!answer.dropped()) {
                send(exchange, answer.status(), answer.headers(), answer.body());
            }
        }
    }

    private static void send(HttpExchange exchange, int status, Map<String, String> headers, byte[] content)
            throws IOException {
        headers.forEach((name, value) -> exchange.getResponseHeaders().put(name, List.of(value)));
        if (content.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json; charset=utf-8"));
        exchange.sendResponseHeaders(status, content.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(content);
        }
    }
}

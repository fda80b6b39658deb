package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.arm.KubernetesServers;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import dev.kubeproxyfleet.simulator.world.ReplacedFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jboss.logging.Logger;

/**
 * The Kubernetes API of every cluster of a simulated Azure, over HTTPS on loopback: one server for all of them, each below a path
 * of its own. {@code listClusterUserCredential} of that Azure names it. Thread-safe.
 */
public final class KubernetesSimulator implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(KubernetesSimulator.class);

    /** How long a change on a node may take until a watch tells of it. */
    private static final Duration FOLLOW_INTERVAL = Duration.ofMillis(250);

    /** Such a long time ago the other certificate expired. */
    private static final Duration EXPIRED = Duration.ofMinutes(1);

    private static final String ADMINISTRATOR = "O=system:masters,CN=masterclient";

    /** Connections that wait until they are accepted: those of a whole fleet that come back at one time. */
    private static final int BACKLOG = 4_096;

    private final ClusterApis apis;
    private final SimulatedNodes nodes;
    private final ArmSimulator azure;
    private final LocalAuthority authority;
    private final LocalAuthority.Certified administrator;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService follower = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("simulated-kubernetes").daemon().factory());
    private final List<HttpsServer> servers = new ArrayList<>();
    private final HttpsServer server;
    private final HttpsServer ofOtherName;
    private final HttpsServer expired;

    private KubernetesSimulator(ArmSimulator azure, SimulatedNodes nodes, int port, InstantSource clock)
            throws IOException, GeneralSecurityException {
        this.azure = azure;
        this.nodes = nodes;
        this.apis = new ClusterApis(azure, nodes, clock);
        Instant now = MachineClock.get().instant();
        authority = new LocalAuthority("Kubeproxy Fleet simulated clusters CA", now);
        administrator = authority.client(ADMINISTRATOR);
        server = listen(port, authority.serverContext());
        ofOtherName = listen(
                0,
                authority.serverContext(
                        List.of(new GeneralName(GeneralName.dNSName, "other.example")), now.plus(Duration.ofDays(1))));
        expired = listen(0, authority.serverContext(LocalAuthority.LOOPBACK, now.minus(EXPIRED)));
    }

    /**
     * Starts, and lets {@code azure} name it.
     *
     * @param port on loopback; 0 for any free one
     * @param nodes of {@code azure}, the same ones that agents see
     * @param clock of objects and events; certificates follow the machine's own
     * @throws IOException if the port is taken; the message names it
     */
    public static KubernetesSimulator start(ArmSimulator azure, SimulatedNodes nodes, int port, InstantSource clock)
            throws IOException {
        try {
            KubernetesSimulator simulator = new KubernetesSimulator(azure, nodes, port, clock);
            simulator.servers.forEach(HttpsServer::start);
            azure.setKubernetes(simulator::serverOf);
            var _ = simulator.follower.scheduleWithFixedDelay(
                    simulator::follow, 0, FOLLOW_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            return simulator;
        } catch (java.net.BindException e) {
            throw new IOException(
                    "The simulated Kubernetes cannot listen on 127.0.0.1:" + port
                            + ". Stop what uses this port, or name another one.",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IOException("The simulated Kubernetes cannot make its certificates: " + e.getMessage(), e);
        }
    }

    private HttpsServer listen(int port, SSLContext context) throws IOException {
        HttpsServer listening =
                HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), BACKLOG);
        listening.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = context.getDefaultSSLParameters();
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        listening.setExecutor(threads);
        listening.createContext("/", new Exchanges(apis, azure)::handle);
        servers.add(listening);
        return listening;
    }

    /** Such as {@code https://localhost:41235}; a cluster's server is {@link #url(String)}. */
    public URI endpoint() {
        return URI.create(url(server));
    }

    private static String url(HttpsServer listening) {
        return "https://localhost:" + listening.getAddress().getPort();
    }

    /** Address of a cluster's API, without a slash at its end. */
    public String url(String clusterId) {
        return endpoint() + ClusterApis.path(clusterId);
    }

    /** Installs the agent in a cluster, as somebody would who applies its manifest; what is there of it stays as it is. */
    public void installAgents(String clusterId) {
        apis.of(clusterId).ifPresent(ClusterApi::installAgents);
    }

    /** Writes what people have applied to a file for {@link #restore}. */
    public void save(Path file) throws IOException {
        ReplacedFile.write(file, Json.MAPPER.writeValueAsBytes(apis.save()));
    }

    /**
     * Puts back what {@link #save} has written.
     *
     * @throws IOException if the file cannot be read; the message says what to do
     */
    public void restore(Path file) throws IOException {
        try {
            apis.restore(Json.MAPPER.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "What was applied to the clusters, in " + file + ", cannot be read: " + e.getOriginalMessage()
                            + ". Delete this file to begin without it.",
                    e);
        }
    }

    /** Writes {@link #caPem()} to a file, replacing it in one step. */
    public void writeCaPem(Path file) throws IOException {
        ReplacedFile.write(file, caPem().getBytes(StandardCharsets.US_ASCII));
    }

    /** The cluster that the agent on a node was told it is in; empty if no agent runs there. */
    public Optional<String> agentOn(String clusterId, String node) {
        return apis.of(clusterId).flatMap(api -> api.agentOn(node));
    }

    /** Certificate of the authority that clients must trust, in PEM; another one at each start. */
    public String caPem() throws IOException {
        return authority.pem();
    }

    /** Trusts this simulator and nothing else. */
    public SSLContext clientContext() {
        try {
            return authority.clientContext();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the simulator's certificate cannot be trusted", e);
        }
    }

    /** What a cluster's kubeconfig says. */
    private Optional<KubernetesServers.Server> serverOf(String clusterId) {
        HttpsServer named = azure.kubernetesFaults().has(clusterId, KubernetesFault.OtherName.class)
                ? ofOtherName
                : azure.kubernetesFaults().has(clusterId, KubernetesFault.ExpiredCertificate.class) ? expired : server;
        try {
            return Optional.of(new KubernetesServers.Server(
                    url(named) + ClusterApis.path(clusterId),
                    authority.pem(),
                    administrator.certificatePem(),
                    administrator.keyPem()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** One cluster that fails must not end the schedule of all. */
    private void follow() {
        try {
            nodes.follow();
            apis.follow();
        } catch (RuntimeException e) {
            LOG.warnf(e, "the simulated Kubernetes cannot follow its clusters");
        }
    }

    /** Stops answering at once; a second call does nothing. */
    @Override
    public void close() {
        follower.shutdownNow();
        azure.setKubernetes(KubernetesServers.NONE);
        apis.close();
        servers.forEach(one -> one.stop(0));
        threads.close();
    }
}

package dev.kubeproxyfleet.fleet.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientBuilder;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the clients of API servers. All of them share a few threads, so that a server that is slow or hostile costs no other cluster
 * its own. Thread-safe.
 *
 * <p>A client takes nothing from its surroundings: no kubeconfig, no service account, no environment, no proxy. It trusts the
 * cluster's own authorities alone, follows no redirect, and repeats no request.
 */
final class ApiClients implements AutoCloseable {

    private static final int IO_THREADS = 2;
    private static final int TASK_THREADS = 4;

    /** Pause before a watch that ended is begun anew; each cluster has its own between half and three halves of it. */
    private static final Duration RECONNECT = Duration.ofSeconds(2);

    private final Duration requestTimeout;
    private final long maxAnswerBytes;
    private final RandomGenerator random;
    private final Vertx vertx;
    private final ExecutorService tasks;
    private final KubernetesSerialization serialization = new KubernetesSerialization();

    /** @param maxAnswerBytes of one answer, or of one event of a watch */
    ApiClients(Duration requestTimeout, long maxAnswerBytes, RandomGenerator random) {
        this.requestTimeout = requestTimeout;
        this.maxAnswerBytes = maxAnswerBytes;
        this.random = random;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(IO_THREADS)
                .setWorkerPoolSize(TASK_THREADS)
                .setInternalBlockingPoolSize(TASK_THREADS)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.tasks = Executors.newFixedThreadPool(
                TASK_THREADS,
                Thread.ofPlatform().name("kubernetes-", 0).daemon().factory());
    }

    /**
     * A client of its own for a server; whoever opens it closes it.
     *
     * @param token what each request bears, asked for as it leaves; must not wait
     * @param watches is told of each request
     */
    KubernetesClient open(Server server, Supplier<String> token, OpenWatches watches) {
        Config config = Config.empty();
        config.setMasterUrl(server.address().toString());
        config.setOnlyHttpWatches(true);
        config.setRequestTimeout((int) requestTimeout.toMillis());
        config.setConnectionTimeout((int) requestTimeout.toMillis());
        config.setRequestRetryBackoffLimit(0);
        int reconnect = (int) RECONNECT.toMillis();
        config.setWatchReconnectInterval(reconnect / 2 + random.nextInt(reconnect));
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new Factory(server, token, watches))
                .withKubernetesSerialization(serialization)
                .withTaskExecutor(tasks)
                .build();
    }

    @Override
    public void close() {
        vertx.close();
        tasks.shutdownNow();
    }

    private final class Factory extends VertxHttpClientFactory {
        private final Server server;
        private final Supplier<String> token;
        private final OpenWatches watches;

        Factory(Server server, Supplier<String> token, OpenWatches watches) {
            super(vertx);
            this.server = server;
            this.token = token;
            this.watches = watches;
        }

        /** In place of what the client does by itself, which would follow redirects and trust public authorities too. */
        @Override
        public VertxHttpClientBuilder<VertxHttpClientFactory> newBuilder(Config config) {
            VertxHttpClientBuilder<VertxHttpClientFactory> builder = newBuilder();
            builder.tag(config.getRequestConfig());
            builder.connectTimeout(config.getConnectionTimeout(), TimeUnit.MILLISECONDS);
            builder.tlsVersions(config.getTlsVersions());
            builder.sslContext(null, trust(server.authorities()));
            builder.addOrReplaceInterceptor("token", new Bearer(token));
            builder.addOrReplaceInterceptor("limit", new AnswerLimit(maxAnswerBytes));
            builder.addOrReplaceInterceptor("watches", watches);
            return builder;
        }
    }

    private record Bearer(Supplier<String> token) implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            builder.setHeader("Authorization", "Bearer " + token.get());
            builder.setHeader("User-Agent", "kubeproxy-fleet");
        }
    }

    private static TrustManager[] trust(List<X509Certificate> authorities) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                trusted.setCertificateEntry("ca" + i, authorities.get(i));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            return trust.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("an empty key store in memory takes any certificate", e);
        }
    }
}

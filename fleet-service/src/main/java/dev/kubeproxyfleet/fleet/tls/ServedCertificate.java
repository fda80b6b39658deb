package dev.kubeproxyfleet.fleet.tls;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.runtime.KeyStoreAndKeyCertOptions;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.net.KeyCertOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives the server the certificate of {@link TlsSettings}, and replaces it in place once the files hold another one. What cannot be
 * served is told of once, and the one before it stays.
 *
 * <p>Quarkus would give the server its options anew each period. While Vert.x 4.5 takes them in, it ends every connection that comes
 * ({@code TCPServerBase.updateSSLOptions}).
 */
@Singleton
@Identifier("api")
class ServedCertificate implements KeyStoreProvider {

    private static final Logger LOG = Logger.getLogger(ServedCertificate.class);

    private final TlsSettings settings;
    private volatile @Nullable Served served;
    private volatile @Nullable String trouble;

    private record Served(X509Certificate certificate, CurrentKeys keys) {}

    ServedCertificate(TlsSettings settings) {
        this.settings = settings;
    }

    /**
     * What the server begins with; null where the API has no certificate.
     *
     * @throws IllegalArgumentException if the files hold nothing that can be served
     */
    @Override
    public @Nullable KeyStoreAndKeyCertOptions getKeyStore(Vertx vertx) {
        if (settings.certificate().isPresent() != settings.key().isPresent()) {
            throw new IllegalArgumentException(
                    "kpfleet.api.tls.certificate and kpfleet.api.tls.key belong together; set both, or none");
        }
        if (!settings.on()) {
            return null;
        }
        try {
            PemPair pair = read(vertx);
            CurrentKeys keys = new CurrentKeys(pair.keys());
            serve(pair.certificate(), keys);
            return new KeyStoreAndKeyCertOptions(pair.store(), KeyCertOptions.wrap(keys));
        } catch (NotServableException e) {
            throw new IllegalArgumentException("kpfleet.api.tls: " + e.getMessage(), e);
        }
    }

    void start(@Observes StartupEvent event, MeterRegistry metrics, Vertx vertx) {
        TimeGauge.builder(
                        "kpfleet.http.certificate.expiration.timestamp", this, TimeUnit.SECONDS, ServedCertificate::end)
                .description("When the certificate of the API ends, in seconds since 1970; NaN without one")
                .register(metrics);
        Gauge.builder("kpfleet.http.certificate.reload.successful", this, ServedCertificate::successful)
                .description(
                        "1 if the certificate in the files is the one that is served, 0 if it cannot be; NaN without one")
                .register(metrics);
        Served first = served;
        if (first != null) {
            lookLater(vertx, first.keys());
        }
    }

    /** One look after the other, however long each takes. */
    private void lookLater(Vertx vertx, CurrentKeys keys) {
        vertx.setTimer(
                settings.reloadPeriod().toMillis(),
                _ -> vertx.executeBlocking(() -> {
                            look(vertx, keys);
                            return keys;
                        })
                        .onComplete(_ -> lookLater(vertx, keys)));
    }

    private void look(Vertx vertx, CurrentKeys keys) {
        try {
            PemPair pair = read(vertx);
            Served now = served;
            if (now == null || !pair.certificate().equals(now.certificate())) {
                keys.replace(pair.keys());
                serve(pair.certificate(), keys);
            } else if (trouble != null) {
                LOG.info("the certificate in the files is again the one that is served");
            }
            trouble = null;
        } catch (NotServableException e) {
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                LOG.errorf(
                        "the API goes on with the certificate that it had, since %s (kpfleet.api.tls); put a certificate"
                                + " and its key there, and they are taken within %s",
                        message, settings.reloadPeriod());
            }
            trouble = message;
        }
    }

    private PemPair read(Vertx vertx) throws NotServableException {
        return PemPair.read(settings.certificate().orElseThrow(), settings.key().orElseThrow(), vertx);
    }

    private void serve(X509Certificate certificate, CurrentKeys keys) {
        served = new Served(certificate, keys);
        LOG.infof(
                "the API is served with the certificate of %s, which ends at %s",
                certificate.getSubjectX500Principal(), certificate.getNotAfter().toInstant());
    }

    private double end() {
        Served now = served;
        return now == null
                ? Double.NaN
                : now.certificate().getNotAfter().toInstant().getEpochSecond();
    }

    private double successful() {
        if (served == null) {
            return Double.NaN;
        }
        return trouble == null ? 1 : 0;
    }
}

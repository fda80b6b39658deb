package dev.kubeproxyfleet.agent.collect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What kube-proxy says of itself.
 *
 * <p>Source: kubernetes {@code cmd/kube-proxy/app}: {@code /proxyMode} is plain text; {@code /configz} is keyed by the API
 * group and holds the internal type, whose field names are those of Go ({@code IPVS.TCPTimeout}); names are therefore matched
 * without regard to case, which also takes the versioned spelling ({@code ipvs.tcpTimeout}).
 *
 * <p>Not thread-safe.
 */
final class KubeProxyReader {

    private static final String GROUP = "kubeproxy.config.k8s.io";
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,15}");

    private static final JsonFactory JSON = new JsonFactory();

    private final KubeProxyEndpoint endpoint;
    private @Nullable KubeProxyMetrics before;

    KubeProxyReader(KubeProxyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * What kube-proxy told.
     *
     * @param state null if nothing answered
     * @param sync null if nothing answered, or not the metrics
     */
    record Answers(@Nullable KubeProxyState state, @Nullable KubeProxySync sync) {}

    Answers read(Instant takenAt) {
        Optional<String> answer = endpoint.get("/proxyMode");
        Optional<String> configuration = endpoint.get("/configz");
        if (answer.isEmpty() && configuration.isEmpty()) {
            return new Answers(null, null);
        }
        String mode = answer.flatMap(KubeProxyReader::name).orElse(null);
        Ipvs ipvs = configuration.flatMap(KubeProxyReader::ipvs).orElse(Ipvs.UNKNOWN);
        KubeProxyMetrics metrics = endpoint.get("/metrics")
                .map(page -> KubeProxyMetrics.parse(page, mode).following(before))
                .orElse(null);
        before = metrics == null ? before : metrics;
        return new Answers(
                new KubeProxyState(
                        mode,
                        ipvs.scheduler,
                        ipvs.tcp,
                        ipvs.tcpFin,
                        ipvs.udp,
                        metrics == null ? null : metrics.version()),
                metrics == null ? null : RuleSyncs.judge(metrics, takenAt));
    }

    private record Ipvs(
            @Nullable String scheduler,
            @Nullable Integer tcp,
            @Nullable Integer tcpFin,
            @Nullable Integer udp) {

        static final Ipvs UNKNOWN = new Ipvs(null, null, null, null);
    }

    private static Optional<Ipvs> ipvs(String configuration) {
        try (JsonParser json = JSON.createParser(configuration)) {
            if (json.nextToken() == JsonToken.START_OBJECT && enter(json, GROUP) && enter(json, "ipvs")) {
                return Optional.of(ipvs(json));
            }
            return Optional.empty();
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** Goes from the start of an object to the start of the object that is its member {@code name}. */
    private static boolean enter(JsonParser json, String name) throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = json.currentName().equalsIgnoreCase(name);
            JsonToken value = json.nextToken();
            if (found) {
                return value == JsonToken.START_OBJECT;
            }
            json.skipChildren();
        }
        return false;
    }

    private static Ipvs ipvs(JsonParser json) throws IOException {
        String scheduler = null;
        Integer tcp = null;
        Integer tcpFin = null;
        Integer udp = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String member = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                json.skipChildren();
            } else if (member.equalsIgnoreCase("scheduler")) {
                scheduler = name(json.getText()).orElse(null);
            } else if (member.equalsIgnoreCase("tcpTimeout")) {
                tcp = seconds(json.getText());
            } else if (member.equalsIgnoreCase("tcpFinTimeout")) {
                tcpFin = seconds(json.getText());
            } else if (member.equalsIgnoreCase("udpTimeout")) {
                udp = seconds(json.getText());
            }
        }
        return new Ipvs(scheduler, tcp, tcpFin, udp);
    }

    private static Optional<String> name(String text) {
        return Optional.of(text.strip()).filter(it -> NAME.matcher(it).matches());
    }

    private static @Nullable Integer seconds(String text) {
        OptionalInt seconds = GoDuration.seconds(text);
        return seconds.isPresent() ? seconds.getAsInt() : null;
    }
}

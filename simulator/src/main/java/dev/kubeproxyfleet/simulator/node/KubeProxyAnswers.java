package dev.kubeproxyfleet.simulator.node;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What kube-proxy answers on its metrics address. */
final class KubeProxyAnswers {

    private KubeProxyAnswers() {}

    /** The body of a GET that succeeds; empty if nothing is there. */
    static Optional<String> get(KubeProxyProcess process, String path) {
        KubeProxyConfig config = process.config();
        String mode = config.effective().mode().name().toLowerCase(Locale.ROOT);
        return switch (path) {
            case "/proxyMode" -> Optional.of(mode);
            case "/healthz" -> Optional.of("ok");
            case "/configz" -> Optional.of(configz(config, mode));
            case "/metrics" -> Optional.of(KubeProxyMetrics.page(process));
            default -> Optional.empty();
        };
    }

    /**
     * kube-proxy registers its internal configuration type ({@code cmd/kube-proxy/app/server.go}), which has no JSON tags
     * ({@code pkg/proxy/apis/config/types.go}): members are spelled as in Go. A timeout that is not set is {@code 0s}.
     */
    private static String configz(KubeProxyConfig config, String mode) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode proxy = body.putObject("kubeproxy.config.k8s.io");
        proxy.putNull("FeatureGates");
        proxy.put("HostnameOverride", "");
        proxy.put("BindAddress", "0.0.0.0");
        proxy.put("HealthzBindAddress", "0.0.0.0:10256");
        proxy.put("MetricsBindAddress", "0.0.0.0:10249");
        proxy.put("EnableProfiling", false);
        proxy.put("Mode", mode);
        IpvsConfig set = config.ipvsConfig() == null || config.mode() != KubeProxyMode.IPVS
                ? IpvsConfig.UNSET
                : config.ipvsConfig();
        ObjectNode ipvs = proxy.putObject("IPVS");
        ipvs.put("Scheduler", set.scheduler() == null ? "" : set.scheduler().kernelName());
        ipvs.putNull("ExcludeCIDRs");
        ipvs.put("StrictARP", false);
        ipvs.put("TCPTimeout", goDuration(set.tcpTimeoutSeconds()));
        ipvs.put("TCPFinTimeout", goDuration(set.tcpFinTimeoutSeconds()));
        ipvs.put("UDPTimeout", goDuration(set.udpTimeoutSeconds()));
        proxy.put("DetectLocalMode", "ClusterCIDR");
        proxy.put("SyncPeriod", "30s");
        proxy.put("MinSyncPeriod", "1s");
        proxy.put("ConfigSyncPeriod", "15m0s");
        return body.toString();
    }

    /** As Go's {@code time.Duration.String} writes whole seconds: {@code 15m0s}, {@code 1h0m5s}, {@code 0s}. */
    static String goDuration(@Nullable Integer seconds) {
        if (seconds == null || seconds <= 0) {
            return "0s";
        }
        StringBuilder text = new StringBuilder();
        if (seconds >= 3_600) {
            text.append(seconds / 3_600).append('h');
        }
        if (seconds >= 60) {
            text.append(seconds % 3_600 / 60).append('m');
        }
        return text.append(seconds % 60).append('s').toString();
    }
}

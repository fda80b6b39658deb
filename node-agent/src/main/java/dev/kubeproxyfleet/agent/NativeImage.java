package dev.kubeproxyfleet.agent;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.telemetry.internals.ClientTelemetryReporter;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * What the native image must know of the Kafka clients: the classes that they make by name for SASL (PLAIN, SCRAM) and TLS.
 * OAUTHBEARER and GSSAPI are left out for their size.
 */
@RegisterForReflection(
        classNames = {
            "org.apache.kafka.common.security.authenticator.DefaultLogin",
            "org.apache.kafka.common.security.authenticator.AbstractLogin$DefaultLoginCallbackHandler",
            "org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler",
            "org.apache.kafka.common.security.plain.PlainLoginModule",
            "org.apache.kafka.common.security.scram.ScramLoginModule",
            "org.apache.kafka.common.security.scram.internals.ScramSaslClient$ScramSaslClientFactory"
        })
final class NativeImage {

    private NativeImage() {}
}

/** Client metrics pushed to brokers bring a whole OpenTelemetry and Protobuf with them; the agent does not push any. */
@TargetClass(CommonClientConfigs.class)
final class Target_CommonClientConfigs {

    private Target_CommonClientConfigs() {}

    @Substitute
    public static Optional<ClientTelemetryReporter> telemetryReporter(String clientId, AbstractConfig config) {
        return Optional.empty();
    }
}

/** No JMX in the image. */
@TargetClass(AppInfoParser.class)
final class Target_AppInfoParser {

    private Target_AppInfoParser() {}

    @Substitute
    public static void registerAppInfo(String prefix, String id, Metrics metrics, long nowMs) {}

    @Substitute
    public static void unregisterAppInfo(String prefix, String id, Metrics metrics) {}
}

package dev.kubeproxyfleet.agent;

import com.oracle.svm.core.annotate.Alias;
import com.oracle.svm.core.annotate.RecomputeFieldValue;
import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.security.PrivilegedAction;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.authenticator.AbstractLogin;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.apache.kafka.common.telemetry.internals.ClientTelemetryReporter;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;

/**
 * What the native image must know of the Kafka clients: the classes that they make by name for SASL (PLAIN, SCRAM)
 * and lz4. OAUTHBEARER and GSSAPI are left out for their size.
 */
@RegisterForReflection(
        classNames = {
            "org.apache.kafka.common.security.authenticator.DefaultLogin",
            "org.apache.kafka.common.security.authenticator.AbstractLogin$DefaultLoginCallbackHandler",
            "org.apache.kafka.common.security.authenticator.SaslClientCallbackHandler",
            "org.apache.kafka.common.security.scram.internals.ScramSaslClient$ScramSaslClientFactory",
            "net.jpountz.lz4.LZ4JavaSafeCompressor",
            "net.jpountz.lz4.LZ4HCJavaSafeCompressor",
            "net.jpountz.lz4.LZ4JavaSafeFastDecompressor",
            "net.jpountz.lz4.LZ4JavaSafeSafeDecompressor",
            "net.jpountz.xxhash.XXHash32JavaSafe",
            "net.jpountz.xxhash.XXHash64JavaSafe",
            "net.jpountz.xxhash.StreamingXXHash32JavaSafe$Factory",
            "net.jpountz.xxhash.StreamingXXHash64JavaSafe$Factory"
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

/** The compressor in Java: the one in C would be unpacked into a folder, and the agent's root is read-only. */
@TargetClass(LZ4Factory.class)
final class Target_LZ4Factory {

    private Target_LZ4Factory() {}

    @Substitute
    public static LZ4Factory fastestInstance() {
        return LZ4Factory.safeInstance();
    }
}

@TargetClass(XXHashFactory.class)
final class Target_XXHashFactory {

    private Target_XXHashFactory() {}

    @Substitute
    public static XXHashFactory fastestInstance() {
        return XXHashFactory.safeInstance();
    }
}

/** Readers that the generated classes keep remember the thread that made them, which is one of the image's builder. */
@TargetClass(GenericDatumReader.class)
final class Target_GenericDatumReader {

    @Alias
    @RecomputeFieldValue(kind = RecomputeFieldValue.Kind.Reset)
    @Nullable
    Thread creator;

    private Target_GenericDatumReader() {}
}

/** The clients run on JDKs with and without security manager, and look for it by reflection; this one has none. */
@TargetClass(className = "org.apache.kafka.common.internals.CompositeStrategy")
final class Target_CompositeStrategy {

    private Target_CompositeStrategy() {}

    @Substitute
    public <T> T doPrivileged(PrivilegedAction<T> action) {
        return action.run();
    }

    @Substitute
    public @Nullable Subject current() {
        return Subject.current();
    }

    @Substitute
    public <T> T callAs(Subject subject, Callable<T> action) {
        return Subject.callAs(subject, action);
    }
}

/**
 * JAAS looks for login modules among the JDK's own first, by services that the image does not hold, and for others by
 * reflection. Here are the two that need nothing else.
 */
@TargetClass(AbstractLogin.class)
final class Target_AbstractLogin {

    @Alias
    private String contextName;

    @Alias
    private Configuration configuration;

    @Alias
    private AuthenticateCallbackHandler loginCallbackHandler;

    @SuppressWarnings("NullAway.Init")
    private Target_AbstractLogin() {}

    /** Nobody asks for the context of JAAS. */
    @Substitute
    public @Nullable LoginContext login() throws LoginException {
        Subject subject = new Subject();
        for (AppConfigurationEntry entry : configuration.getAppConfigurationEntry(contextName)) {
            LoginModule module = LoginModules.of(entry.getLoginModuleName());
            module.initialize(subject, loginCallbackHandler, new HashMap<>(), entry.getOptions());
            if (!module.login() || !module.commit()) {
                throw new LoginException(entry.getLoginModuleName() + " refused what kafka.sasl.jaas.config gives it");
            }
        }
        LoginModules.LOGGED_IN.put(this, subject);
        return null;
    }

    @Substitute
    public @Nullable Subject subject() {
        return LoginModules.LOGGED_IN.get(this);
    }
}

/** The login modules of the image. */
final class LoginModules {

    /** By login. A field injected into it would do, if Arc did not take the annotation for a mistaken one of its own. */
    static final Map<Object, Subject> LOGGED_IN = Collections.synchronizedMap(new WeakHashMap<>());

    private LoginModules() {}

    static LoginModule of(String name) throws LoginException {
        if (name.equals(PlainLoginModule.class.getName())) {
            return new PlainLoginModule();
        }
        if (name.equals(ScramLoginModule.class.getName())) {
            return new ScramLoginModule();
        }
        throw new LoginException("kafka.sasl.jaas.config names " + name + "; the native agent has "
                + PlainLoginModule.class.getName() + " and " + ScramLoginModule.class.getName());
    }
}

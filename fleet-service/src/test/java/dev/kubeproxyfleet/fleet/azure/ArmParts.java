package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.credential.AccessToken;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** The way to a simulated Azure, as the service goes it, for tests of other packages. */
public final class ArmParts {

    /** Of a token of {@link #tokens(Supplier, InstantSource)}. */
    public static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private static final double TIME_SCALE = 1_000;

    private final AzureSettings settings;
    private final InstantSource clock;

    /** @param clock of tokens */
    public ArmParts(ArmSimulator azure, InstantSource clock) throws IOException {
        this(azure.endpoint(), certificate(azure), clock);
    }

    /**
     * @param ca what signs the certificate of {@code endpoint}
     * @param clock of tokens
     */
    public ArmParts(URI endpoint, Path ca, InstantSource clock) {
        this.clock = clock;
        settings = new SmallRyeConfigBuilder()
                .withMapping(AzureSettings.class)
                .withDefaultValues(Map.of(
                        "kpfleet.azure.endpoint", endpoint.toString(),
                        "kpfleet.azure.ca-certificate", ca.toString(),
                        "kpfleet.azure.static-token", ArmSimulator.SANDBOX_TOKEN))
                .build()
                .getConfigMapping(AzureSettings.class);
    }

    private static Path certificate(ArmSimulator azure) throws IOException {
        Path ca = Files.createTempFile("simulated-azure", ".pem");
        ca.toFile().deleteOnExit();
        azure.writeCaPem(ca);
        return ca;
    }

    public BudgetedArm arm() {
        SteadyClock steady = new SteadyClock(InstantSource.system());
        return new BudgetedArm(
                new AzureArmGateway(settings, InstantSource.system(), Tracing.OFF),
                new Budgets(steady, TIME_SCALE),
                Pause.REAL);
    }

    /** All that the simulated Azure shows. */
    public FleetSubscriptions subscriptions() {
        return new FleetSubscriptions(settings.configuredSubscriptions(), arm(), clock);
    }

    public ClusterTokens tokens() {
        return new ClusterTokens(Credentials.of(settings), clock);
    }

    /** @param tokens gives the next one each time that Entra is asked; what it throws, Entra says */
    public static ClusterTokens tokens(Supplier<String> tokens, InstantSource clock) {
        return new ClusterTokens(
                _ -> Mono.fromSupplier(() -> new AccessToken(
                        tokens.get(), OffsetDateTime.ofInstant(clock.instant().plus(TOKEN_LIFE), ZoneOffset.UTC))),
                clock);
    }
}

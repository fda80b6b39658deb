package dev.kubeproxyfleet.fleet.azure;

import com.azure.resourcemanager.resources.fluent.models.FeatureResultInner;
import com.azure.resourcemanager.resources.fluent.models.ProviderInner;
import com.azure.resourcemanager.resources.models.FeatureProperties;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.FeatureStatus;
import dev.kubeproxyfleet.schemas.message.FeatureStatus.Phase;
import dev.kubeproxyfleet.schemas.message.FeatureStatus.Registration;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Registers {@code Microsoft.ContainerService/KubeProxyConfigurationPreview} when a person asks for it: the feature, then the
 * provider again, since it acts by a new feature only then. Asked twice, or after a crash, it does what is missing; what was asked
 * and what came of it is audited. Thread-safe.
 */
public final class FeatureRegistrations {

    /** Key of its audit records, in place of a configuration's name. */
    public static final String AUDIT_KEY = "features";

    /** Azure speaks of minutes; some previews have taken longer. */
    static final Duration PATIENCE = Duration.ofHours(2);

    /** However many people look at once, and however often: two calls a subscription in this time. */
    static final Duration MAX_AGE = Duration.ofSeconds(10);

    /** Subscriptions whose state is kept for so long. */
    static final int MAX_SUBSCRIPTIONS = 1_000;

    private static final Logger LOG = Logger.getLogger(FeatureRegistrations.class);
    static final String REGISTERED = "Registered";

    private final BudgetedArm arm;
    private final Consumer<AuditRecord> audit;
    private final Consumer<String> registered;
    private final Pause pause;
    private final InstantSource clock;
    private final Duration interval;
    private final Executor threads;
    private final Map<String, Registration> registrations = new ConcurrentHashMap<>();
    private final Recent<String, States> recent;

    private record States(String feature, String provider) {}

    /**
     * One of the two that have to be registered.
     *
     * @param state reads the answer to the question
     */
    private record Part(ArmRequest registration, ArmRequest question, Function<JsonNode, Optional<String>> state) {

        static Part feature(String subscription) {
            return new Part(
                    new ArmRequest.RegisterFeature(subscription),
                    new ArmRequest.ReadFeature(subscription),
                    FeatureRegistrations::stateOf);
        }

        static Part provider(String subscription) {
            return new Part(
                    new ArmRequest.RegisterProvider(subscription),
                    new ArmRequest.ReadProvider(subscription),
                    answer -> SdkModels.read(answer, ProviderInner::fromJson).map(ProviderInner::registrationState));
        }

        boolean isRegistered(JsonNode answer) {
            return state.apply(answer).filter(REGISTERED::equalsIgnoreCase).isPresent();
        }
    }

    /**
     * @param registered told of every subscription in which a registration has succeeded
     * @param interval between two questions how far it is
     */
    FeatureRegistrations(
            BudgetedArm arm,
            Consumer<AuditRecord> audit,
            Consumer<String> registered,
            Pause pause,
            InstantSource clock,
            Duration interval,
            Executor threads) {
        this.arm = arm;
        this.audit = audit;
        this.registered = registered;
        this.pause = pause;
        this.clock = clock;
        this.interval = interval;
        this.threads = threads;
        this.recent = new Recent<>(
                subscription -> new States(state(Part.feature(subscription)), state(Part.provider(subscription))),
                MAX_AGE,
                MAX_SUBSCRIPTIONS,
                clock);
    }

    /** What ARM said within the last {@link #MAX_AGE}, or says now; two calls. */
    public FeatureStatus status(String subscription) {
        States states = recent.get(subscription);
        return new FeatureStatus(subscription, states.feature(), states.provider(), registrations.get(subscription));
    }

    /** Begins a registration unless one is under way, and returns how far it is. */
    public Registration register(String subscription, String actor, @Nullable String reason) {
        boolean[] begins = new boolean[1];
        Registration now = registrations.compute(subscription, (id, before) -> {
            begins[0] = before == null || before.ended();
            return before == null || before.ended()
                    ? new Registration(Phase.Feature, null, "ARM registers the feature", clock.instant())
                    : before;
        });
        if (begins[0]) {
            tell(
                    subscription,
                    actor,
                    reason,
                    AuditRecord.Verdict.Done,
                    AnswerReason.RegistrationStarted,
                    "ARM is asked for " + ArmAddress.FEATURE);
            threads.execute(() -> run(subscription, actor, reason));
        }
        return now;
    }

    /** State of the feature in the answer to {@link ArmRequest.ReadFeature}; empty if it has none. */
    public static Optional<String> stateOf(JsonNode feature) {
        return SdkModels.read(feature, FeatureResultInner::fromJson)
                .map(FeatureResultInner::properties)
                .map(FeatureProperties::state);
    }

    private void run(String subscription, String actor, @Nullable String reason) {
        ArmResult.@Nullable ArmError error;
        try {
            error = steps(subscription);
        } catch (RuntimeException e) {
            LOG.errorf(e, "registering the feature failed for a fault of this program subscription=%s", subscription);
            error = new ArmResult.ArmError(0, WorkerReason.InternalError, e.toString(), null);
        }
        if (error == null) {
            enter(subscription, Phase.Done, null, "the feature is registered and the provider acts by it");
            tell(
                    subscription,
                    actor,
                    reason,
                    AuditRecord.Verdict.Done,
                    AnswerReason.FeatureRegistered,
                    ArmAddress.FEATURE + " is registered in " + subscription);
            registered.accept(subscription);
        } else {
            enter(subscription, Phase.Failed, error.code(), error.message());
            tell(subscription, actor, reason, AuditRecord.Verdict.Refused, error.code(), error.message());
        }
    }

    /** Returns what made it impossible; null if it is done. */
    private ArmResult.@Nullable ArmError steps(String subscription) {
        Instant deadline = clock.instant().plus(PATIENCE);
        ArmResult.ArmError error = register(Part.feature(subscription), deadline);
        if (error != null) {
            return error;
        }
        enter(
                subscription,
                Phase.Provider,
                null,
                "the feature is registered; the provider registers again to act by it");
        return register(Part.provider(subscription), deadline);
    }

    /** Asks for it, and then whether it is Registered, until it is. */
    private ArmResult.@Nullable ArmError register(Part part, Instant deadline) {
        ArmRequest next = part.registration();
        while (true) {
            ArmResult result = arm.send(next);
            switch (result) {
                case ArmResult.Ok ok -> {
                    // The answer to the registration itself may still tell of the one before.
                    if (next == part.question() && part.isRegistered(ok.body())) {
                        return null;
                    }
                    next = part.question();
                }
                case ArmResult.ArmError error -> {
                    if (!(NextStep.after(error) instanceof NextStep.TryAgain)) {
                        return error;
                    }
                }
            }
            if (!clock.instant().isBefore(deadline)) {
                return new ArmResult.ArmError(
                        0,
                        AnswerReason.RegistrationTimedOut,
                        "ARM has not finished within " + PATIENCE.toHours() + " hours; ask again to go on waiting",
                        null);
            }
            pause.sleep(interval);
        }
    }

    private String state(Part part) {
        return switch (arm.send(part.question())) {
            case ArmResult.Ok ok -> part.state().apply(ok.body()).orElse(FeatureStatus.UNKNOWN);
            case ArmResult.ArmError error -> {
                LOG.warnf(
                        "registration state not read subscription=%s code=%s message=%s",
                        part.question().about(), error.code(), error.message());
                yield FeatureStatus.UNKNOWN;
            }
        };
    }

    private void enter(String subscription, Phase phase, @Nullable ReasonCode code, String message) {
        LOG.infof(
                "feature registration subscription=%s phase=%s code=%s message=%s", subscription, phase, code, message);
        registrations.put(subscription, new Registration(phase, code, message, clock.instant()));
        recent.forget(subscription);
    }

    private void tell(
            String subscription,
            String actor,
            @Nullable String reason,
            AuditRecord.Verdict verdict,
            ReasonCode code,
            String message) {
        audit.accept(new AuditRecord(
                null,
                AUDIT_KEY,
                null,
                null,
                "RegisterFeature",
                actor,
                reason,
                verdict,
                code,
                message + " (subscription " + subscription + ")",
                clock.instant()));
    }
}

package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What must be seen before a changed cluster counts as converged, and before a stage lets the next one begin.
 *
 * @param coverage share of the cluster's Linux nodes, 0 to 1, that must prove the desired configuration; 0 takes Azure's
 *     read-back alone, and looks at no signal
 * @param evidence whose word a cluster needs to converge
 * @param proof whether a node must tell that its kube-proxy has programmed its rules since it started
 * @param signals what is done with what nodes count
 * @param tolerance how many times the expected rate of a signal is no harm; more than 1
 * @param floor events a second and node beyond the expected ones, below which no signal fails; null for each signal's own
 * @param minNodeSeconds for how long nodes must have been watched, in sum, before a signal passes; null for each signal's own
 * @param onInconclusive what happens at the end of a bake if a gate cannot tell and another stage follows
 * @param thresholds what differs for single signals
 * @param external gates whose verdict comes from outside; their names differ from each other, from the signals' keys and from {@link #PROOF}
 */
public record Gate(
        double coverage,
        Source evidence,
        Proof proof,
        SignalMode signals,
        double tolerance,
        @Nullable Double floor,
        @Nullable Integer minNodeSeconds,
        OnInconclusive onInconclusive,
        Map<Signal, Thresholds> thresholds,
        List<ExternalGate> external) {

    public static final double DEFAULT_COVERAGE = 0.9;
    public static final double DEFAULT_TOLERANCE = 2;

    /** Name of the gate that asks at the end of a bake whether nodes prove the configuration still. */
    public static final String PROOF = "proof";

    /** External gates of one strategy. */
    public static final int MAX_EXTERNAL = 16;

    public static final Gate DEFAULT = new Gate(DEFAULT_COVERAGE);

    /** Whose word counts. Where another source is known to contradict, that is shown; it stops nothing unless it is asked. */
    public enum Source {
        /** The agents: what nodes run. */
        Agents,
        /** The Kubernetes API: that it was rolled out, and not that it works; no signal is looked at. */
        Kubernetes,
        /** One of them proves it, and the other one does not contradict. */
        Either,
        /** Both of them prove it. */
        Both
    }

    /** What is made of a node whose kube-proxy's metrics cannot be reached. One that is known to lag never counts. */
    public enum Proof {
        /** It is no evidence of the mode; where mode IPVS stays, what its kernel shows counts. */
        Require,
        /** kube-proxy's word counts. */
        Ignore
    }

    /** What is done with a signal. */
    public enum SignalMode {
        /** It can stop a rollout. */
        Gate,
        /** It is compared and shown, and stops nothing. */
        Observe,
        /** Nobody looks at it. */
        Off
    }

    /** What happens if a gate cannot tell. */
    public enum OnInconclusive {
        /** No further cluster starts until a person decides. */
        Pause,
        Continue,
        /** What the rollout changed gets back what it had before, newest first. */
        Rollback
    }

    /**
     * What differs for one signal; null is as the gate says.
     *
     * @param signals what is done with it
     * @param tolerance how many times its expected rate is no harm; more than 1
     * @param floor events a second and node beyond the expected ones, below which it does not fail
     * @param minNodeSeconds for how long nodes must have been watched, in sum, before it passes
     */
    public record Thresholds(
            @Nullable SignalMode signals,
            @Nullable Double tolerance,
            @Nullable Double floor,
            @Nullable Integer minNodeSeconds) {

        public Thresholds {
            checkThresholds(tolerance, floor, minNodeSeconds);
        }

        static final Thresholds NONE = new Thresholds(null, null, null, null);
    }

    /**
     * What applies to one signal.
     *
     * @param tolerance how many times its expected rate is no harm
     * @param floor events a second and node beyond the expected ones, below which it does not fail
     * @param minNodeSeconds for how long nodes must have been watched, in sum, before it passes
     */
    public record SignalRules(SignalMode mode, double tolerance, double floor, int minNodeSeconds) {}

    public Gate {
        if (!(coverage >= 0 && coverage <= 1)) {
            throw new IllegalArgumentException("coverage is a share from 0 to 1, not " + coverage);
        }
        checkThresholds(tolerance, floor, minNodeSeconds);
        Map<Signal, Thresholds> ordered = new EnumMap<>(Signal.class);
        ordered.putAll(thresholds);
        thresholds = Collections.unmodifiableMap(ordered);
        external = List.copyOf(external);
        checkNames(external);
    }

    /** With everything else as it is unless one asks otherwise. */
    public Gate(double coverage) {
        this(coverage, Proof.Require);
    }

    /** With everything else as it is unless one asks otherwise. */
    public Gate(double coverage, Proof proof) {
        this(
                coverage,
                Source.Agents,
                proof,
                SignalMode.Gate,
                DEFAULT_TOLERANCE,
                null,
                null,
                OnInconclusive.Pause,
                Map.of(),
                List.of());
    }

    /** Reads what any version has stored: what an earlier one did not know is as it is unless one asks otherwise. */
    @JsonCreator
    static Gate stored(
            @JsonProperty(value = "coverage", required = true) double coverage,
            @JsonProperty("evidence") @Nullable Source evidence,
            @JsonProperty("proof") @Nullable Proof proof,
            @JsonProperty("signals") @Nullable SignalMode signals,
            @JsonProperty("tolerance") @Nullable Double tolerance,
            @JsonProperty("floor") @Nullable Double floor,
            @JsonProperty("minNodeSeconds") @Nullable Integer minNodeSeconds,
            @JsonProperty("onInconclusive") @Nullable OnInconclusive onInconclusive,
            @JsonProperty("thresholds") @Nullable Map<Signal, Thresholds> thresholds,
            @JsonProperty("external") @Nullable List<ExternalGate> external) {
        return new Gate(
                coverage,
                evidence == null ? DEFAULT.evidence : evidence,
                proof == null ? DEFAULT.proof : proof,
                signals == null ? DEFAULT.signals : signals,
                tolerance == null ? DEFAULT.tolerance : tolerance,
                floor,
                minNodeSeconds,
                onInconclusive == null ? DEFAULT.onInconclusive : onInconclusive,
                thresholds == null ? DEFAULT.thresholds : thresholds,
                external == null ? DEFAULT.external : external);
    }

    /**
     * As far as it applies to agents that are rolled out: both sources are always asked, and there is nothing to compare a signal
     * with.
     */
    Gate ofAgents() {
        return new Gate(
                coverage,
                Source.Both,
                proof,
                SignalMode.Off,
                tolerance,
                floor,
                minNodeSeconds,
                onInconclusive,
                Map.of(),
                external);
    }

    /** Whether a cluster needs more than Azure's word. */
    public boolean needsEvidence() {
        return coverage > 0;
    }

    /** Whether what agents report counts. */
    public boolean asksAgents() {
        return needsEvidence() && evidence != Source.Kubernetes;
    }

    /** Whether what the Kubernetes API says counts. */
    public boolean asksKubernetes() {
        return needsEvidence() && evidence != Source.Agents;
    }

    /** What applies to {@code signal}: what is said of it, else what the gate says, else the signal's own. */
    public SignalRules signal(Signal signal) {
        Thresholds own = thresholds.getOrDefault(signal, Thresholds.NONE);
        return new SignalRules(
                asksAgents() ? first(own.signals, signals) : SignalMode.Off,
                first(own.tolerance, tolerance),
                Optional.ofNullable(own.floor)
                        .or(() -> Optional.ofNullable(floor))
                        .orElse(signal.defaultFloor()),
                Optional.ofNullable(own.minNodeSeconds)
                        .or(() -> Optional.ofNullable(minNodeSeconds))
                        .orElse(signal.defaultMinNodeSeconds()));
    }

    /** Whether {@code signal} can stop a rollout. */
    public boolean judges(Signal signal) {
        return signal(signal).mode == SignalMode.Gate;
    }

    /** Whether {@code signal} is compared and shown. */
    public boolean looksAt(Signal signal) {
        return signal(signal).mode != SignalMode.Off;
    }

    private static <T> T first(@Nullable T own, T general) {
        return own == null ? general : own;
    }

    private static void checkThresholds(
            @Nullable Double tolerance, @Nullable Double floor, @Nullable Integer minNodeSeconds) {
        if (tolerance != null && !(tolerance > 1)) {
            throw new IllegalArgumentException("tolerance is more than 1, not " + tolerance);
        }
        if (floor != null && !(floor >= 0)) {
            throw new IllegalArgumentException("floor is at least 0, not " + floor);
        }
        if (minNodeSeconds != null && minNodeSeconds < 1) {
            throw new IllegalArgumentException("minNodeSeconds is at least 1, not " + minNodeSeconds);
        }
    }

    private static void checkNames(List<ExternalGate> external) {
        if (external.size() > MAX_EXTERNAL) {
            throw new IllegalArgumentException("a gate has at most " + MAX_EXTERNAL + " external ones");
        }
        Set<String> names = new HashSet<>();
        names.add(PROOF);
        Stream.of(Signal.values()).map(Signal::key).forEach(names::add);
        for (ExternalGate each : external) {
            if (!names.add(each.name())) {
                throw new IllegalArgumentException("two gates have the name " + each.name());
            }
        }
    }
}

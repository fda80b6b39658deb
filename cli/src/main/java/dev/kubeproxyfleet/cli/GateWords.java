package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.text.Count;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What gates look at, in a few words. */
final class GateWords {

    private static final double BEYOND_DOUBT = 1_000_000;

    private GateWords() {}

    /** Such as {@code 90% of nodes by agents, 4 signals, 1 observed, change-board}. */
    static String of(Gate gate) {
        List<String> parts = new ArrayList<>();
        parts.add(needed(gate.coverage(), gate.evidence()));
        int judged = (int) Stream.of(Signal.values()).filter(gate::judges).count();
        int observed = (int) Stream.of(Signal.values()).filter(gate::looksAt).count() - judged;
        parts.add(judged == 0 ? "no signals" : Count.of(judged, "signal"));
        if (observed > 0) {
            parts.add(observed + " observed");
        }
        gate.external().stream().map(ExternalGate::name).forEach(parts::add);
        return String.join(", ", parts);
    }

    /** Whose word a cluster needs to converge, and on how many of its nodes. */
    static String needed(double coverage, Gate.Source source) {
        return coverage == 0
                ? "Azure's word"
                : percent(coverage) + " of nodes by "
                        + switch (source) {
                            case Agents -> "agents";
                            case Kubernetes -> "the Kubernetes API";
                            case Either -> "agents or the Kubernetes API";
                            case Both -> "agents and the Kubernetes API";
                        };
    }

    /** Such as {@code 90% of nodes by agents; refusals, slowSyncs; observed syncFailures; waits for change-board}. */
    static String of(RolloutPlan.Gates gates) {
        List<String> parts = new ArrayList<>();
        parts.add(needed(gates.coverage(), gates.evidence()));
        parts.add(gates.judged().isEmpty() ? "no signals" : String.join(", ", gates.judged()));
        if (!gates.observed().isEmpty()) {
            parts.add("observed " + String.join(", ", gates.observed()));
        }
        if (!gates.external().isEmpty()) {
            parts.add("waits for " + String.join(", ", gates.external()));
        }
        return String.join("; ", parts);
    }

    /** How many times likelier it is if the change does harm; beyond a million nobody needs to know by how much it is more. */
    static String evidence(double evidence) {
        return evidence > BEYOND_DOUBT
                ? String.format(Locale.ROOT, ">%,.0f", BEYOND_DOUBT)
                : String.format(Locale.ROOT, "%,.0f", evidence);
    }

    private static String percent(double share) {
        return new DecimalFormat("0.##%", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(share);
    }
}

package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Deviation;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What changes cost, in sentences for people. */
public final class CostWords {

    private static final String NONE_SEEN = "no interruption was seen";

    private CostWords() {}

    /** Of one cluster. */
    public static String sentence(Cost.Told told) {
        List<String> interrupted = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        Duration unwatched = Duration.ZERO;
        for (Cost.SignalCost cost : told.signals()) {
            Deviation deviation = cost.deviation();
            if (deviation == null) {
                unknown.add(cost.signal().words());
                continue;
            }
            unwatched = deviation.unwatched().compareTo(unwatched) > 0 ? deviation.unwatched() : unwatched;
            if (deviation.atMost().isPositive()) {
                interrupted.add(interruption(cost.signal(), deviation));
            }
        }
        if (unknown.size() == told.signals().size()) {
            return "nobody can tell, since its nodes were not watched long enough";
        }
        return (interrupted.isEmpty() ? NONE_SEEN : String.join("; ", interrupted))
                + (unwatched.isPositive() ? "; for " + seconds(unwatched) + " nobody watched all of it" : "")
                + (unknown.isEmpty() ? "" : "; nobody can tell of " + String.join(", ", unknown));
    }

    private static String interruption(Signal signal, Deviation deviation) {
        return signal.words() + " for at most " + seconds(deviation.atMost()) + " (" + deviation.events() + ", about "
                + String.format(Locale.ROOT, "%.1f", deviation.expectedEvents()) + " were to be expected)"
                + (deviation.lasting() ? ", still so once it had settled" : "");
    }

    /** Of a stage. */
    public static String sentence(StageCost cost) {
        int known = cost.signals().stream()
                .mapToInt(StageCost.SignalSum::known)
                .max()
                .orElse(0);
        String clusters = Count.of(cost.clusters(), "cluster");
        if (known == 0) {
            return "nobody can tell what the change cost " + clusters;
        }
        String interrupted = cost.signals().stream()
                .filter(sum -> sum.deviating() > 0)
                .map(sum -> sum.signal().words() + " on " + sum.deviating() + " of " + Count.of(sum.known(), "cluster")
                        + " for at most " + range(sum)
                        + (sum.lasting() == 0 ? "" : ", on " + sum.lasting() + " of them still so once it had settled"))
                .collect(Collectors.joining("; "));
        return (interrupted.isEmpty() ? NONE_SEEN + " on " + Count.of(known, "cluster") : interrupted)
                + (known == cost.clusters() ? "" : "; nobody can tell of " + (cost.clusters() - known));
    }

    private static String range(StageCost.SignalSum sum) {
        return sum.shortest().equals(sum.longest())
                ? seconds(sum.longest())
                : rounded(sum.shortest()) + " to " + seconds(sum.longest());
    }

    private static String seconds(Duration time) {
        return rounded(time) + " s";
    }

    /** Up, since it is a bound. */
    private static long rounded(Duration time) {
        return time.plusNanos(999_999_999).toSeconds();
    }
}

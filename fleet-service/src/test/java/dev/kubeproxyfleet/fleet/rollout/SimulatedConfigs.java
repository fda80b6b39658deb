package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that people publish, thrown by dice. */
final class SimulatedConfigs {

    /** What no config asks for. */
    static final EffectiveKubeProxy NONSENSE =
            new EffectiveKubeProxy(true, KubeProxyMode.IPVS, new EffectiveIpvs(IpvsScheduler.RoundRobin, 7, 7, 7));

    private SimulatedConfigs() {}

    static KubeProxyConfig kubeProxy(Dice dice) {
        return switch (dice.below(10)) {
            case 0, 1, 2 -> Fleets.IPVS_LC;
            case 3, 4 -> Fleets.IPVS_RR;
            case 5 ->
                new KubeProxyConfig(
                        true, KubeProxyMode.IPVS, new IpvsConfig(null, dice.chance(0.5) ? null : 60, null, null));
            case 6 -> new KubeProxyConfig(null, KubeProxyMode.IPVS, null);
            case 7 -> new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null);
            case 8 -> new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null);
            default -> dice.chance(0.3) ? KubeProxyConfig.DISABLED : Fleets.IPVS_LC;
        };
    }

    static FleetConfig.Spec spec(Dice dice, @Nullable String strategyRef, Instant now) {
        return new FleetConfig.Spec(
                kubeProxy(dice),
                null,
                selector(dice),
                dice.oneOf(0, 0, 1, 5),
                strategyRef == null ? strategy(dice, now) : Strategy.DEFAULT,
                dice.oneOf(FleetConfig.Drift.values()),
                dice.oneOf(FleetConfig.NewClusters.values()),
                strategyRef);
    }

    /** One whose drift is corrected, and soon. */
    static FleetConfig.Spec fought(Dice dice) {
        StageSpec all = new StageSpec("all", null, Amount.of(3), Amount.of(9), Duration.ZERO, null);
        return new FleetConfig.Spec(
                dice.oneOf(Fleets.IPVS_LC, Fleets.IPVS_RR),
                Fleets.names("*"),
                0,
                new Strategy(
                        List.of(all),
                        Strategy.OnFailure.Continue,
                        Duration.ofMinutes(20),
                        new Gate(dice.oneOf(0.0, 0.9))),
                FleetConfig.Drift.Correct,
                FleetConfig.NewClusters.Join);
    }

    /** A gate that people answer. */
    static final String BOARD = "board";

    private static Selector selector(Dice dice) {
        return switch (dice.below(8)) {
            case 0, 1, 2, 3 -> Fleets.names("*");
            case 4 -> tags(Map.of("env", "prod"), List.of());
            case 5 -> tags(Map.of(), List.of(new Selector.Expression("env", Selector.Operator.NotIn, List.of("test"))));
            case 6 ->
                new Selector(
                        List.of(),
                        List.of("RG"),
                        List.of("westeurope"),
                        List.of("prod-*"),
                        List.of(),
                        Selector.Tags.NONE,
                        null);
            default ->
                new Selector(
                        dice.chance(0.5) ? List.of() : List.of(SimulatedAzure.SUBSCRIPTIONS.getFirst()),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Selector.Tags.NONE,
                        ">=1.27 <1.40");
        };
    }

    private static Selector tags(Map<String, String> labels, List<Selector.Expression> expressions) {
        return new Selector(
                List.of(), List.of(), List.of(), List.of(), List.of(), new Selector.Tags(labels, expressions), null);
    }

    static Strategy strategy(Dice dice, Instant now) {
        List<StageSpec> stages = new ArrayList<>();
        int count = dice.oneOf(1, 2, 2, 3, 4);
        for (int i = 0; i < count; i++) {
            boolean last = i == count - 1;
            stages.add(stage(dice, "stage-" + i, last && dice.chance(0.9)));
        }
        return new Strategy(
                stages,
                dice.oneOf(Strategy.OnFailure.values()),
                Duration.ofMinutes(dice.oneOf(10, 20, 40)),
                gate(dice),
                dice.chance(0.75) ? Windows.ANY_TIME : windows(dice),
                dice.chance(0.9)
                        ? null
                        : now.plus(Duration.ofMinutes(dice.between(1, 90))).truncatedTo(ChronoUnit.SECONDS));
    }

    private static Gate gate(Dice dice) {
        return new Gate(
                dice.oneOf(0.0, 0.5, 0.9, 0.9, 1.0),
                Gate.Source.Agents,
                dice.chance(0.2) ? Gate.Proof.Ignore : Gate.Proof.Require,
                dice.oneOf(Gate.SignalMode.Off, Gate.SignalMode.Observe, Gate.SignalMode.Gate),
                2,
                null,
                null,
                dice.oneOf(
                        Gate.OnInconclusive.Continue,
                        Gate.OnInconclusive.Continue,
                        dice.oneOf(Gate.OnInconclusive.values())),
                Map.of(),
                dice.chance(0.1) ? List.of(new ExternalGate(BOARD)) : List.of());
    }

    /** The same, that asks for this evidence. */
    static Strategy withSource(Strategy strategy, Gate.Source source) {
        Gate gate = strategy.gate();
        return new Strategy(
                strategy.stages(),
                strategy.onFailure(),
                strategy.deadline(),
                new Gate(
                        gate.coverage(),
                        source,
                        gate.proof(),
                        gate.signals(),
                        gate.tolerance(),
                        gate.floor(),
                        gate.minNodeSeconds(),
                        gate.onInconclusive(),
                        gate.thresholds(),
                        gate.external()),
                strategy.windows(),
                strategy.startAt());
    }

    private static Windows windows(Dice dice) {
        List<Windows.Window> schedule = new ArrayList<>();
        for (int i = dice.below(3); i > 0; i--) {
            schedule.add(new Windows.Window(
                    dice.chance(0.8)
                            ? Windows.Window.EVERY_DAY
                            : List.of(Windows.Day.Thursday, Windows.Day.Friday, Windows.Day.Sunday),
                    LocalTime.of(dice.below(24), dice.oneOf(0, 30)),
                    Duration.ofHours(dice.between(3, 12)),
                    ZoneId.of(dice.oneOf("UTC", "Europe/Amsterdam", "America/New_York"))));
        }
        return new Windows(dice.chance(0.5), schedule);
    }

    private static StageSpec stage(Dice dice, String name, boolean takesAll) {
        List<StageSpec.Group> groups = new ArrayList<>();
        if (dice.chance(0.25)) {
            groups.add(new StageSpec.Group(
                    "west",
                    new Selector(
                            List.of(),
                            List.of(),
                            List.of("westeurope"),
                            List.of(),
                            List.of(),
                            Selector.Tags.NONE,
                            null),
                    dice.chance(0.5) ? Amount.of(1) : Amount.percent(50)));
            groups.add(new StageSpec.Group("other", Fleets.names("*"), Amount.of(dice.between(1, 2))));
        }
        return new StageSpec(
                name,
                takesAll
                        ? null
                        : dice.chance(0.5) ? Amount.of(dice.between(1, 3)) : Amount.percent(dice.oneOf(10, 30, 50)),
                dice.chance(0.6) ? Amount.of(dice.between(1, 4)) : Amount.percent(dice.oneOf(25, 50)),
                dice.chance(0.7) ? Amount.of(dice.below(3)) : Amount.percent(dice.oneOf(10, 34)),
                Duration.ofSeconds(dice.oneOf(0, 0, 60, 600)),
                dice.chance(0.8) ? null : dice.oneOf(StageSpec.Approval.values()),
                dice.chance(0.85) ? null : Fleets.names(dice.oneOf("prod-000*", "prod-*")),
                groups);
    }
}

package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.gate.Deviation;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.CostWords;
import dev.kubeproxyfleet.fleet.rollout.StageCost;
import dev.kubeproxyfleet.schemas.message.ChangeCost;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;

/** What changes cost, in the words of the topics that people read. */
final class CostStatuses {

    private CostStatuses() {}

    static ChangeCost of(Cost.Told told) {
        return new ChangeCost(
                told.from(),
                told.settledAt(),
                CostWords.sentence(told),
                told.signals().stream()
                        .map(cost -> new ChangeCost.SignalCost(
                                cost.signal().key(), cost.deviation() == null ? null : of(cost.deviation())))
                        .toList());
    }

    private static ChangeCost.Deviation of(Deviation deviation) {
        return new ChangeCost.Deviation(
                deviation.atMost(),
                deviation.events(),
                deviation.expectedEvents(),
                deviation.unwatched(),
                deviation.lasting());
    }

    static RolloutStatus.StageCost of(StageCost cost) {
        return new RolloutStatus.StageCost(
                cost.clusters(),
                CostWords.sentence(cost),
                cost.signals().stream()
                        .map(sum -> new RolloutStatus.SignalCost(
                                sum.signal().key(),
                                sum.known(),
                                sum.deviating(),
                                sum.shortest(),
                                sum.longest(),
                                sum.lasting(),
                                sum.events()))
                        .toList());
    }
}

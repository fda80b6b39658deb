package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.access.Demand;
import dev.kubeproxyfleet.fleet.access.Demands;
import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.rollout.FleetState;
import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.Standing;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.List;
import java.util.Optional;

/**
 * Where there is a login: lets in what the service vouches for, and of the rest what whoever writes to Kafka may ask for.
 *
 * @param vouchers know again what the service has published
 */
public record Entrance(Vouchers vouchers, KafkaWriters writers) {

    /** Where there is no login. */
    public static final Entrance OPEN = new Entrance(Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN);

    /** Why an event is not taken. @param message one sentence for people */
    record Refused(ReasonCode code, String message) {}

    /** Empty if it is taken. */
    Optional<Refused> objection(Arrival arrival, FleetState fleet) {
        return switch (arrival.warrant()) {
            case Warrant.NotAsked _, Warrant.Vouched _ -> Optional.empty();
            case Warrant.Disproved(String message) -> Optional.of(new Refused(RecordReason.VoucherNotValid, message));
            case Warrant.Claimed _ ->
                writers.objection(topic(arrival.event()), demands(arrival.event(), new Demands(new Known(fleet))))
                        .map(message -> new Refused(RequestReason.NotPermitted, message));
        };
    }

    private static Topic topic(FleetEvent event) {
        return switch (event) {
            case FleetEvent.ConfigPublished _,
                    FleetEvent.ConfigDeleted _,
                    FleetEvent.StrategyPublished _,
                    FleetEvent.StrategyDeleted _ -> Topic.DESIRED;
            case FleetEvent.CommandGiven _ -> Topic.COMMANDS;
            case FleetEvent.OutcomeReported _ -> Topic.OUTCOMES;
        };
    }

    private static List<Demand> demands(FleetEvent event, Demands demands) {
        return switch (event) {
            case FleetEvent.ConfigPublished published ->
                demands.publication(
                        published.config().name(), published.config().spec().selector());
            case FleetEvent.ConfigDeleted deleted -> List.of(demands.change(Permission.Delete, deleted.name()));
            case FleetEvent.StrategyPublished _ -> List.of(Demands.ofFleet(Permission.Publish));
            case FleetEvent.StrategyDeleted _ -> List.of(Demands.ofFleet(Permission.Delete));
            case FleetEvent.CommandGiven(var command) ->
                demands.command(command.action(), command.config(), command.rollout(), command.cluster());
            case FleetEvent.OutcomeReported _ -> List.of();
        };
    }

    private record Known(FleetState fleet) implements Demands.Known {

        @Override
        public Inventory inventory() {
            return fleet;
        }

        @Override
        public Optional<Selector> selector(String config) {
            return Standing.of(fleet, config)
                    .map(standing -> standing.current().spec().selector());
        }

        @Override
        public Optional<Demands.Touched> rollout(String id) {
            return RolloutId.parse(id).flatMap(fleet::rollout).map(this::touched);
        }

        @Override
        public List<Demands.Touched> rollouts(String config) {
            return fleet.rollouts(config).stream()
                    .flatMap(id -> fleet.rollout(id).stream())
                    .map(this::touched)
                    .toList();
        }

        private Demands.Touched touched(Rollout rollout) {
            return new Demands.Touched(
                    rollout.spec().selector(),
                    fleet.rolloutClusters(rollout.id()).stream()
                            .map(RolloutCluster::cluster)
                            .toList());
        }
    }
}

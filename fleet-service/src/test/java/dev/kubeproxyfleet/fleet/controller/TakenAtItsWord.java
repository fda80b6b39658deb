package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.api.SimulatedPerson;
import dev.kubeproxyfleet.fleet.api.SimulatedPerson.Came;
import dev.kubeproxyfleet.fleet.explain.SimulatedReader;
import dev.kubeproxyfleet.fleet.explain.SimulatedReader.Said;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.rollout.FleetSimulation;
import dev.kubeproxyfleet.fleet.rollout.FleetState;
import dev.kubeproxyfleet.fleet.rollout.Onlooker;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.SimulatedController;
import dev.kubeproxyfleet.fleet.rollout.Standing;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is explained in a life and takes it at its word: each command that a sentence gives is carried out on a copy of
 * the fleet, is done there, and changes what is said; and what is said to come by itself has come once all is at rest.
 */
final class TakenAtItsWord implements Onlooker {

    /** Of what the controller takes in, the share after which it is read. */
    private static final int ONE_IN = 4;

    /** Who lets go on what waits for people, once the world is kind. */
    private static final String KIND_OPERATOR = "carol";

    /** What is said to come by itself. */
    private enum Future {
        CORRECTED("is corrected by itself"),
        CAUGHT_UP("is caught up by itself"),
        TAKEN_IN("that follows by itself within minutes"),
        GOES_ON("goes on by itself"),
        NOTHING_TO_DO("nothing to do.");

        /** What may never come to pass. */
        private static final String CONDITION = ", once it can be changed";

        /** What waits for a time that may be still to come. */
        private static final Set<String> DATES = Set.of("OutsideWindow", "ScheduledStart");

        private final String words;

        Future(String words) {
            this.words = words;
        }

        /** Whether what was said then is still to come, by what is said now. */
        private boolean isStillToCome(Said then, Said now) {
            return switch (this) {
                case TAKEN_IN ->
                    now.state().equals("NotInRollout") && now.sentence().contains(words);
                case CORRECTED, CAUGHT_UP ->
                    now.sentence().contains(words) && !now.sentence().contains(CONDITION);
                case GOES_ON, NOTHING_TO_DO ->
                    isUnderWay(then)
                            && now.sentence().equals(then.sentence())
                            && !DATES.contains(String.valueOf(now.code()));
            };
        }

        private static boolean isUnderWay(Said said) {
            return switch (said.state()) {
                case "Waiting", "Updating", "Verifying", "Planned", "Running", "RollingBack" -> true;
                default -> false;
            };
        }
    }

    private final Map<String, Map<Future, Said>> promised = new HashMap<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private boolean kind;
    private int looks;

    /** How often which command was carried out, and which future was waited for. */
    Map<String, Integer> seen() {
        return seen;
    }

    @Override
    public void looks(SimulatedController controller, @Nullable FleetEvent event, Instant now) {
        if (event != null && changesThePremises(event)) {
            promised.clear();
        }
        boolean types = looks++ % ONE_IN == 0;
        if (!types && !kind) {
            return;
        }
        SimulatedReader reader = read(controller.state(), controller.rollouts(), now);
        for (Said said : all(reader, controller, now)) {
            if (types && said.command() != null) {
                carryOut(said, said.command(), controller, now);
            }
            if (kind) {
                for (Future future : Future.values()) {
                    if (said.sentence().contains(future.words)) {
                        promised.computeIfAbsent(said.about(), _ -> new HashMap<>())
                                .put(future, said);
                    }
                }
            }
        }
    }

    /** What people ask for after a promise was made may be what it does not hold for any more. */
    private static boolean changesThePremises(FleetEvent event) {
        return switch (event) {
            case FleetEvent.CommandGiven(Command command) -> !command.actor().equals(KIND_OPERATOR);
            case FleetEvent.OutcomeReported _ -> false;
            case FleetEvent.ConfigPublished _,
                    FleetEvent.ConfigDeleted _,
                    FleetEvent.StrategyPublished _,
                    FleetEvent.StrategyDeleted _ -> true;
        };
    }

    @Override
    public void worldBecomesKind() {
        kind = true;
    }

    @Override
    public void worldRests(SimulatedController controller, Instant now) {
        SimulatedReader reader = read(controller.state(), controller.rollouts(), now);
        for (Said said : all(reader, controller, now)) {
            promised.getOrDefault(said.about(), Map.of()).forEach((future, then) -> {
                seen.merge("future " + future, 1, Integer::sum);
                if (future.isStillToCome(then, said)) {
                    throw new AssertionError("it never came: " + then + "\n  now: " + said);
                }
            });
        }
    }

    private void carryOut(Said said, String line, SimulatedController controller, Instant now) {
        List<AuditRecord> audits = new ArrayList<>();
        try (SimulatedController copy = controller.fork(step -> audits.addAll(step.audits()))) {
            Came came = new SimulatedPerson(
                            read(controller.state(), controller.rollouts(), now).view(),
                            command -> answer(copy, command, audits, now),
                            now)
                    .types(line);
            List<String> words = List.of(line.split(" "));
            seen.merge("command " + words.get(0) + " " + words.get(1), 1, Integer::sum);
            switch (came) {
                case Came.Nothing(String why) ->
                    throw new AssertionError("nothing comes of a command: " + said + "\n  answered: " + why);
                case Came.Shown() -> {}
                case Came.Done() -> {
                    Said after = said(read(copy.state(), copy.rollouts(), now), said.about(), now)
                            .orElseThrow();
                    // What could not be given back is tried once more, and cannot be as long as nobody mends the cause.
                    boolean waitsForTheCause = said.sentence().contains("mend the cause and roll back");
                    if (after.sentence().equals(said.sentence()) && !waitsForTheCause) {
                        throw new AssertionError("a command does not help: " + said + "\n  answered: "
                                + audits.getFirst().message());
                    }
                }
            }
        }
    }

    private static AuditRecord answer(
            SimulatedController copy, Command command, List<AuditRecord> audits, Instant now) {
        copy.event(new FleetEvent.CommandGiven(command), now);
        return audits.stream()
                .filter(audit -> command.id().equals(audit.requestId()))
                .findFirst()
                .orElseThrow();
    }

    private static List<Said> all(SimulatedReader reader, SimulatedController controller, Instant now) {
        List<Said> all = new ArrayList<>();
        controller
                .state()
                .clusters()
                .forEach(cluster -> reader.ofCluster(cluster.id(), now).ifPresent(all::add));
        controller.rollouts().forEach(rollout -> {
            reader.ofRollout(rollout.toString(), now).ifPresent(all::add);
            controller.state().rolloutClusters(rollout).stream()
                    .filter(cluster ->
                            controller.state().cluster(cluster.cluster()).isEmpty())
                    .forEach(cluster -> reader.ofCluster(cluster.cluster(), now).ifPresent(all::add));
        });
        return all.stream().distinct().toList();
    }

    private static Optional<Said> said(SimulatedReader reader, String about, Instant now) {
        return about.startsWith("/") ? reader.ofCluster(about, now) : reader.ofRollout(about, now);
    }

    /** The read model of a fleet, with nothing still on its way. */
    private static SimulatedReader read(FleetState fleet, List<RolloutId> rollouts, Instant now) {
        SimulatedReader reader = new SimulatedReader();
        fleet.subscriptions().forEach(reader::read);
        for (String strategy : FleetSimulation.STRATEGIES) {
            fleet.strategy(strategy).ifPresent(spec -> reader.read(FleetStrategy.of(strategy, spec)));
        }
        for (ClusterRecord cluster : fleet.clusters()) {
            reader.read(cluster, SimulatedHealth.of(cluster.id(), fleet.evidence(cluster.id()), now));
        }
        Map<RolloutId, List<RolloutStatus.Action>> actions = new HashMap<>();
        rollouts.stream()
                .map(RolloutId::config)
                .distinct()
                .flatMap(config -> Standing.of(fleet, config).stream())
                .forEach(standing -> {
                    Statuses.of(standing).ifPresent(reader::read);
                    standing.rollouts()
                            .forEach(rollout -> actions.put(rollout.id(), Statuses.actions(standing, rollout)));
                });
        for (RolloutId id : rollouts) {
            Rollout rollout = fleet.rollout(id).orElseThrow();
            reader.read(
                    Statuses.of(rollout, actions.get(id)),
                    fleet.rolloutClusters(id).stream()
                            .map(cluster -> Statuses.of(rollout, cluster))
                            .toList());
        }
        return reader;
    }
}

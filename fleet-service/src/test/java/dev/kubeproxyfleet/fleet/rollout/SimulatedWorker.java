package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The azure worker: keeps one run for each cluster, and repeats what it finds on the topic after it was restarted.
 *
 * <p>A model of {@code OperationProcedure} and {@code WorkList}: the same steps with the same meaning, on virtual time.
 */
final class SimulatedWorker {

    private static final int MAX_UNAPPLIED_WRITES = 2;

    private static final class Slot {
        @Nullable
        Operation wanted;

        @Nullable
        Outcome outcome;

        @Nullable
        Run run;
    }

    private final VirtualTime time;
    private final Dice dice;
    private final SimulatedAzure azure;
    private final Consumer<Outcome> outcomes;
    private final Seen seen;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    /** The topic {@code operations}, compacted. */
    private final Map<String, Operation> topic = new LinkedHashMap<>();

    private final Map<String, Integer> owner = new HashMap<>();

    SimulatedWorker(VirtualTime time, Dice dice, SimulatedAzure azure, Consumer<Outcome> outcomes, Seen seen) {
        this.seen = seen;
        this.time = time;
        this.dice = dice;
        this.azure = azure;
        this.outcomes = outcomes;
    }

    /** A record of {@code operations} was committed; the worker reads it a little later, in the order of its partition. */
    void committed(String cluster, @Nullable Operation operation) {
        if (operation == null) {
            topic.remove(cluster);
        } else {
            topic.put(cluster, operation);
        }
        int reader = owner(cluster);
        // The delay is the same for all, so that nothing overtakes.
        time.after(Duration.ofMillis(500), () -> {
            if (reader == owner(cluster)) {
                accept(cluster, operation);
            }
        });
    }

    /** Its partition goes to another process, which reads the topic from its start. */
    void rebalance(String subscription) {
        int reader = owner.merge(subscription, 1, Integer::sum);
        slots.entrySet().removeIf(entry -> {
            if (!entry.getKey().contains(subscription)) {
                return false;
            }
            if (entry.getValue().run != null) {
                seen.count(
                        entry.getValue().run.wrote
                                ? "worker rebalanced in mid-write"
                                : "worker rebalanced in mid-operation");
                entry.getValue().run.dead = true;
            }
            return true;
        });
        time.after(dice.seconds(1, 40), () -> {
            if (reader == owner.getOrDefault(subscription, 0)) {
                List.copyOf(topic.values()).stream()
                        .filter(operation -> operation.cluster().contains(subscription))
                        .forEach(operation -> accept(operation.cluster(), operation));
            }
        });
    }

    private int owner(String cluster) {
        return owner.getOrDefault(cluster.split("/", -1)[2], 0);
    }

    private void accept(String cluster, @Nullable Operation wanted) {
        if (wanted == null) {
            Slot slot = slots.get(cluster);
            if (slot != null) {
                slot.wanted = null;
                slot.outcome = null;
                if (slot.run == null) {
                    slots.remove(cluster);
                } else {
                    slot.run.cancel();
                }
            }
            return;
        }
        Slot slot = slots.computeIfAbsent(cluster, _ -> new Slot());
        Operation known = slot.wanted;
        if (known != null && known.config().equals(wanted.config()) && isOlder(wanted, known)) {
            return;
        }
        if (known != null && same(known, wanted)) {
            if (slot.outcome != null) {
                outcomes.accept(slot.outcome);
            }
            return;
        }
        slot.wanted = wanted;
        slot.outcome = null;
        if (slot.run != null) {
            slot.run.cancel();
        } else {
            start(slot, wanted);
        }
    }

    private static boolean isOlder(Operation one, Operation than) {
        return one.generation() < than.generation()
                || (one.generation() == than.generation() && one.attempt() < than.attempt());
    }

    private static boolean same(Operation one, Operation other) {
        return one.rollout().equals(other.rollout()) && one.attempt() == other.attempt();
    }

    private void start(Slot slot, Operation operation) {
        Run run = new Run(slot, operation);
        slot.run = run;
        time.after(dice.seconds(0, 5), run::step);
    }

    private final class Run {
        private final Slot slot;
        private final Operation operation;
        private boolean dead;
        private boolean cancelled;
        private boolean accepted;
        private boolean wrote;
        private int unapplied;
        private @Nullable KubeProxyConfig before;
        private @Nullable String reported;

        Run(Slot slot, Operation operation) {
            this.slot = slot;
            this.operation = operation;
        }

        void cancel() {
            cancelled = true;
            if (!wrote) {
                end(null);
            }
        }

        private void end(Outcome.@Nullable Result result) {
            if (dead) {
                return;
            }
            dead = true;
            slot.run = null;
            Outcome outcome = result == null ? null : outcome(result);
            if (outcome != null) {
                outcomes.accept(outcome);
            }
            if (slot.wanted == null) {
                slots.remove(operation.cluster());
            } else if (same(slot.wanted, operation) && outcome != null) {
                slot.outcome = outcome;
            } else {
                start(slot, slot.wanted);
            }
        }

        private Outcome outcome(Outcome.Result result) {
            return new Outcome(
                    operation.config(),
                    operation.rollout(),
                    operation.generation(),
                    operation.cluster(),
                    operation.attempt(),
                    result,
                    time.now());
        }

        void step() {
            if (dead) {
                return;
            }
            Optional<SimulatedAzure.Cluster> found = azure.cluster(operation.cluster());
            if (found.isEmpty()) {
                end(new Outcome.Gone());
            } else if (isRefused(0.1)) {
                refused("read", dice.oneOf("TooManyRequests", "InternalServerError", "GatewayTimeout"), 90);
            } else {
                judge(found.get());
            }
        }

        private boolean isRefused(double probability) {
            return !azure.kind && dice.chance(probability);
        }

        private void judge(SimulatedAzure.Cluster cluster) {
            if (cluster.isBusy()) {
                again(accepted ? "Updating" : "ClusterBusy", dice.seconds(5, 30));
            } else if (cluster.isStopped()) {
                end(new Outcome.Skipped(ClusterReason.ClusterStopped, "stopped"));
            } else if (!cluster.readable) {
                end(new Outcome.Failed(ClusterReason.KubeProxyConfigUnreadable, "unreadable"));
            } else {
                before = before == null ? cluster.kubeProxy : before;
                boolean right = Fleets.kubeProxy(operation).isIn(cluster.kubeProxy);
                if (cluster.isBroken() && accepted) {
                    end(new Outcome.Failed(WorkerReason.ProvisioningFailed, "the operation failed"));
                } else if (right && !cluster.isBroken()) {
                    end(new Outcome.Applied(before, wrote));
                } else if (!accepted) {
                    write(cluster);
                } else {
                    accepted = false;
                    if (++unapplied >= MAX_UNAPPLIED_WRITES) {
                        end(new Outcome.Failed(WorkerReason.AcceptedNotApplied, "accepted, not applied"));
                    } else {
                        again("AcceptedNotApplied", dice.seconds(2, 30));
                    }
                }
            }
        }

        private void write(SimulatedAzure.Cluster cluster) {
            if (!time.now().isBefore(operation.deadline())) {
                end(new Outcome.Failed(WorkerReason.DeadlineExceeded, "the deadline had passed before the write"));
            } else if (cancelled) {
                end(null);
            } else if (cluster.locked) {
                end(new Outcome.Skipped(ClusterReason.ScopeLocked, "locked"));
            } else if (!azure.registered.getOrDefault(cluster.subscription, true)) {
                end(new Outcome.Failed(ClusterReason.KubeProxyConfigFeatureNotRegistered, "not registered"));
            } else if (isRefused(0.03)) {
                String code = dice.oneOf("QuotaExceeded", "AuthorizationFailed");
                seen.count("arm write " + code);
                end(new Outcome.Failed(ReasonCode.of(code), "refused"));
            } else if (isRefused(0.1)) {
                refused("write", dice.oneOf("OperationNotAllowed", "PreconditionFailed", "TooManyRequests"), 120);
            } else {
                azure.put(cluster, Fleets.kubeProxy(operation).toSendOver(cluster.kubeProxy), operation);
                wrote = true;
                // An answer that is lost leaves it in doubt whether ARM has taken the write.
                accepted = !isRefused(0.05);
                if (!accepted) {
                    seen.count("arm write whose answer is lost");
                }
                time.after(dice.seconds(5, 30), this::step);
            }
        }

        /** @param seconds that ARM asks for at most, or that a failure is given */
        private void refused(String call, String code, int seconds) {
            seen.count("arm " + call + " " + code);
            again(code, dice.seconds(1, seconds));
        }

        private void again(String code, Duration wait) {
            Duration left = Duration.between(time.now(), operation.deadline());
            if (!left.isPositive()) {
                end(new Outcome.Failed(WorkerReason.DeadlineExceeded, "was still waiting for " + code));
                return;
            }
            if (!code.equals(reported)) {
                reported = code;
                outcomes.accept(outcome(new Outcome.Waiting(ReasonCode.of(code), "waiting")));
            }
            time.after(wait.compareTo(left) > 0 ? left : wait, this::step);
        }
    }
}

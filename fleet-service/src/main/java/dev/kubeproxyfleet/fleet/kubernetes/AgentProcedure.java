package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import dev.kubeproxyfleet.fleet.azure.Fence;
import dev.kubeproxyfleet.fleet.azure.NextStep;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.azure.Procedure;
import dev.kubeproxyfleet.fleet.kubernetes.ClusterAccess.Access;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a cluster its agents through its Kubernetes API, or removes them: read, compare, try, write, report.
 *
 * <p>It writes nothing to a cluster in which an object that it would write is not the service's, and takes no field by force. Every
 * object is tried ({@code dryRun=All}) before the first is written, so that a right that is missing leaves the cluster as it is.
 */
final class AgentProcedure implements Procedure {

    private final Means means;

    /**
     * What every run uses.
     *
     * @param answerTimeout in which an answer of a cluster's API must have come in full
     */
    record Means(
            ClusterAccess access,
            ClusterTokens tokens,
            ApiClients clients,
            Pause pause,
            InstantSource clock,
            Backoff backoff,
            Duration answerTimeout) {}

    AgentProcedure(Means means) {
        this.means = means;
    }

    @Override
    public Optional<Outcome.Result> run(Operation operation, Fence fence, Consumer<Outcome.Waiting> waiting) {
        return new Run(operation, fence, waiting).toEnd();
    }

    /** What to do next. */
    private sealed interface Step {}

    private record ReadAgain() implements Step {}

    /** @param atLeast as long as Azure asked for; null leaves it to the back-off */
    private record WaitFor(
            ReasonCode code, String message, @Nullable Duration atLeast) implements Step {}

    private record Done(Outcome.Result result) implements Step {}

    private record Withdrawn() implements Step {}

    /** Calls that may fail in the ways of a cluster's API. */
    private interface Writes {
        Step make() throws CallFailed, ClusterTokens.Unavailable;
    }

    /** One run of the procedure; confined to its thread. */
    private final class Run {
        private final Operation operation;
        private final AgentConfig desired;
        private final Fence fence;
        private final Consumer<Outcome.Waiting> waiting;

        private @Nullable InstalledAgents before;
        private @Nullable WaitFor reported;
        /** The API may have taken a write of this run. */
        private boolean wrote;

        private int failuresInARow;

        Run(Operation operation, Fence fence, Consumer<Outcome.Waiting> waiting) {
            this.operation = operation;
            this.desired = Objects.requireNonNull(operation.agents(), "not about agents");
            this.fence = fence;
            this.waiting = waiting;
        }

        Optional<Outcome.Result> toEnd() {
            try {
                Step step = new ReadAgain();
                while (!fence.isOver()) {
                    switch (step) {
                        case ReadAgain() -> step = attempt();
                        case WaitFor wait -> step = waitFor(wait);
                        case Done(Outcome.Result result) -> {
                            return Optional.of(result);
                        }
                        case Withdrawn() -> {
                            return Optional.empty();
                        }
                    }
                }
                return Optional.empty();
            } finally {
                means.access().forget(operation.cluster());
            }
        }

        private Step attempt() {
            return switch (means.access().open(operation.cluster())) {
                case Access.Denied denied -> afterDenial(denied);
                case Access.Granted granted -> attempt(granted.server());
            };
        }

        private Step attempt(Server server) {
            return making(() -> {
                Calls calls = new Calls(means.tokens(), means.answerTimeout());
                try (KubernetesClient client =
                        means.clients().open(server, calls::token, new OpenWatches(means.clock()))) {
                    return act(new AgentObjects(client, calls));
                }
            });
        }

        private Step making(Writes writes) {
            try {
                return writes.make();
            } catch (ClusterTokens.Unavailable e) {
                return new WaitFor(KubernetesReason.TokenUnavailable, String.valueOf(e.getMessage()), null);
            } catch (CallFailed e) {
                return after(e);
            }
        }

        private Step act(AgentObjects objects) throws CallFailed, ClusterTokens.Unavailable {
            InstalledAgents found = objects.read();
            before = before == null ? found : before;
            return desired.enabled() ? install(objects, found) : remove(objects, found);
        }

        private Step install(AgentObjects objects, InstalledAgents found) throws CallFailed, ClusterTokens.Unavailable {
            Optional<HasMetadata> foreign = found.foreign();
            if (foreign.isPresent()) {
                return notOurs(foreign.get());
            }
            Optional<HasMetadata> dying =
                    found.objects().stream().filter(AgentProcedure::isDying).findFirst();
            if (dying.isPresent()) {
                return stillThere(dying.get());
            }
            List<HasMetadata> wanted = AgentObjects.of(operation);
            boolean isRight = true;
            for (HasMetadata object : wanted) {
                isRight &= !wouldChange(objects, object, found);
            }
            return isRight ? delivered() : write(() -> applyAll(objects, wanted, found));
        }

        /** In a namespace that is not there yet nothing can be tried but the right to. */
        private boolean wouldChange(AgentObjects objects, HasMetadata object, InstalledAgents found)
                throws CallFailed, ClusterTokens.Unavailable {
            try {
                return objects.wouldChange(object, found.like(object).orElse(null));
            } catch (CallFailed e) {
                if (e.code() == 404 && !found.hasNamespace()) {
                    return true;
                }
                throw e;
            }
        }

        private Step applyAll(AgentObjects objects, List<HasMetadata> wanted, InstalledAgents found)
                throws CallFailed, ClusterTokens.Unavailable {
            for (HasMetadata object : wanted) {
                if (fence.isOver()) {
                    return new Withdrawn();
                }
                wrote = true;
                objects.apply(object);
                if (object instanceof Namespace && !found.hasNamespace()) {
                    for (HasMetadata other : wanted) {
                        objects.wouldChange(other, null);
                    }
                }
            }
            return delivered();
        }

        private Step remove(AgentObjects objects, InstalledAgents found) throws CallFailed, ClusterTokens.Unavailable {
            Optional<HasMetadata> foreign = found.foreignDaemonSet();
            if (foreign.isPresent()) {
                return notOurs(foreign.get());
            }
            List<HasMetadata> ours = found.toBeRemoved();
            if (ours.isEmpty()) {
                return delivered();
            }
            if (ours.stream().allMatch(AgentProcedure::isDying)) {
                return stillThere(ours.getFirst());
            }
            for (HasMetadata object : ours) {
                objects.wouldDelete(object);
            }
            return write(() -> deleteAll(objects, ours));
        }

        private Step deleteAll(AgentObjects objects, List<HasMetadata> ours)
                throws CallFailed, ClusterTokens.Unavailable {
            for (HasMetadata object : ours) {
                if (fence.isOver()) {
                    return new Withdrawn();
                }
                wrote = true;
                objects.delete(object);
            }
            return new ReadAgain();
        }

        /** All of the writes are one to the fence: whoever withdraws the operation meanwhile gets no half of it. */
        private Step write(Writes writes) {
            if (!means.clock().instant().isBefore(operation.deadline())) {
                return new Done(new Outcome.Failed(
                        WorkerReason.DeadlineExceeded,
                        "the deadline had passed before the write"
                                + (reported == null ? "" : ", after waiting for " + reported.code())));
            }
            return fence.write(() -> making(writes)).orElseGet(this::ended);
        }

        /** Nobody wants the operation any more; what it had written so far may be half of it. */
        private Step ended() {
            if (!wrote) {
                return new Withdrawn();
            }
            return new Done(
                    reported == null
                            ? new Outcome.Failed(
                                    InstallReason.StillChanging, "it was withdrawn before all of it was done")
                            : new Outcome.Failed(reported.code(), reported.message()));
        }

        private Step delivered() {
            return new Done(new Outcome.Delivered(Objects.requireNonNull(before).config(operation.rollout()), wrote));
        }

        private Step waitFor(WaitFor wait) {
            if (reported == null || !reported.code().equals(wait.code())) {
                waiting.accept(new Outcome.Waiting(wait.code(), wait.message()));
            }
            reported = wait;
            Duration own = means.backoff().after(++failuresInARow);
            Duration time = wait.atLeast() == null || wait.atLeast().compareTo(own) < 0 ? own : wait.atLeast();
            Instant again = means.clock().instant().plus(time);
            if (again.isBefore(operation.deadline())) {
                means.pause().await(fence.over(), time);
                return new ReadAgain();
            }
            means.pause()
                    .await(
                            fence.over(),
                            Duration.between(means.clock().instant(), operation.deadline())
                                    .plusMillis(1));
            return new Done(new Outcome.Failed(wait.code(), "until its deadline: " + wait.message()));
        }

        private Step after(CallFailed failure) {
            Trouble trouble = failure.trouble();
            if (trouble.code() == KubernetesReason.ServerUnreachable) {
                means.access().doubt(operation.cluster());
            }
            return afterFailure(failure, trouble);
        }
    }

    private static boolean isDying(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    private static Step notOurs(HasMetadata object) {
        return new Done(new Outcome.Skipped(InstallReason.AgentsNotOurs, InstalledAgents.describe(object)));
    }

    private static Step stillThere(HasMetadata object) {
        return new WaitFor(InstallReason.StillChanging, InstalledAgents.name(object) + " is being deleted", null);
    }

    private static Step afterDenial(Access.Denied denied) {
        Trouble trouble = denied.trouble();
        ArmResult.ArmError error = denied.error();
        if (error == null) {
            // That Azure's answer is no cluster may pass.
            return trouble.code() == KubernetesReason.CredentialRefused
                    ? new WaitFor(trouble.code(), trouble.message(), null)
                    : new Done(new Outcome.Skipped(trouble.code(), trouble.message()));
        }
        if (error.status() == 403) {
            return new Done(new Outcome.Skipped(trouble.code(), trouble.message()));
        }
        return switch (NextStep.after(error)) {
            case NextStep.Finish(Outcome.Result result) -> new Done(result);
            case NextStep.TryAgain(ReasonCode code, String message, Duration retryAfter) ->
                new WaitFor(code, message, retryAfter);
            case NextStep.ReadAgain() -> new WaitFor(error.code(), error.message(), null);
        };
    }

    /** What follows from an answer of a cluster's API that is no success: the whole table. */
    private static Step afterFailure(CallFailed failure, Trouble trouble) {
        String said = failure.words().isEmpty() ? trouble.message() : failure.words();
        if (failure.isFieldConflict()) {
            return new Done(new Outcome.Failed(InstallReason.FieldConflict, said));
        }
        if (failure.isOfDyingNamespace() || failure.code() == CallFailed.CONFLICT || failure.code() == 404) {
            return new WaitFor(InstallReason.StillChanging, said, null);
        }
        if (failure.isUnauthorized() || trouble.code() == KubernetesReason.CertificateUntrusted) {
            return new Done(new Outcome.Skipped(trouble.code(), trouble.message()));
        }
        if (failure.code() == 400 || failure.code() == 403 || failure.code() == 422) {
            return new Done(new Outcome.Failed(InstallReason.ObjectRefused, said));
        }
        String why = failure.words().isEmpty() ? "" : ": " + failure.words();
        return new WaitFor(trouble.code(), trouble.message() + why, null);
    }
}

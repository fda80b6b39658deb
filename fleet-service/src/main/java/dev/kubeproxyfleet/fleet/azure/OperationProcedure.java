package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a cluster its kube-proxy configuration through ARM: read, compare, write, wait, read again, report.
 *
 * <p>It writes only to a cluster on which nothing runs, and only what it has just read.
 */
final class OperationProcedure implements Procedure {

    /** Writes that ARM may accept without applying them before the operation fails. */
    static final int MAX_UNAPPLIED_WRITES = 2;

    /** Age at which what was read is read again before it is written back; until then its eTag vouches for it. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    /** As {@link #MAX_AGE}, where ARM returned no eTag. */
    static final Duration MAX_AGE_WITHOUT_ETAG = Duration.ofSeconds(1);

    /** Times that a 412 is answered by reading again at once; then with pauses. */
    static final int MAX_IMMEDIATE_REREADS = 3;

    private final BudgetedArm arm;
    private final Budgets budgets;
    private final LongRunning longRunning;
    private final Pause pause;
    private final InstantSource clock;
    private final Backoff backoff;

    OperationProcedure(
            BudgetedArm arm,
            Budgets budgets,
            LongRunning longRunning,
            Pause pause,
            InstantSource clock,
            Backoff backoff) {
        this.arm = arm;
        this.budgets = budgets;
        this.longRunning = longRunning;
        this.pause = pause;
        this.clock = clock;
        this.backoff = backoff;
    }

    @Override
    public Optional<Outcome.Result> run(Operation operation, Fence fence, Consumer<Outcome.Waiting> waiting) {
        return new Run(operation, fence, waiting).toEnd();
    }

    /** What to do next. */
    private sealed interface Step {}

    private record Read() implements Step {}

    private record Write(ClusterDocument document, @Nullable String eTag, KubeProxyConfig current, Instant readAt)
            implements Step {}

    /** Azure Policy wants a token with this write. */
    private record Acquire(ArmRequest.AcquirePolicyToken request, Write write) implements Step {}

    private record AwaitRest(ReasonCode code, String message) implements Step {}

    private record Explain(String operationUrl) implements Step {}

    private record WaitFor(ReasonCode code, String message, Duration time, Step then) implements Step {}

    private record Done(Outcome.Result result) implements Step {}

    private record Withdrawn() implements Step {}

    /** One run of the procedure; confined to its thread. */
    private final class Run {
        private final Operation operation;
        private final KubeProxyConfig desired;
        private final Fence fence;
        private final Consumer<Outcome.Waiting> waiting;

        private @Nullable KubeProxyConfig before;
        private @Nullable ReasonCode reported;
        private @Nullable String operationUrl;
        private Outcome.@Nullable Failed setback;
        /** ARM has taken a write of this run, and the cluster has not been seen at rest since. */
        private boolean accepted;
        /** ARM may have taken a write of this run. */
        private boolean wrote;

        private final Tokens tokens = new Tokens(budgets);

        private final PolicyTokens policyTokens = new PolicyTokens();

        private int unapplied;
        private int failuresInARow;
        private int rereads;

        Run(Operation operation, Fence fence, Consumer<Outcome.Waiting> waiting) {
            this.operation = operation;
            this.desired = Objects.requireNonNull(operation.kubeProxy(), "not about kube-proxy");
            this.fence = fence;
            this.waiting = waiting;
        }

        Optional<Outcome.Result> toEnd() {
            try {
                return steps();
            } finally {
                tokens.giveBack();
            }
        }

        private Optional<Outcome.Result> steps() {
            Step step = new Read();
            while (!fence.isOver()) {
                switch (step) {
                    case Read() -> step = read();
                    case Write write -> step = write(write);
                    case Acquire acquire -> step = acquire(acquire);
                    case AwaitRest await -> step = await(await);
                    case Explain(String url) -> step = explain(url);
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
        }

        private Step read() {
            ArmRequest.GetCluster request = new ArmRequest.GetCluster(operation.cluster());
            Optional<Step> unpaid = pay(request, new Read());
            if (unpaid.isPresent()) {
                return unpaid.get();
            }
            return switch (arm.sendPaid(request)) {
                case ArmResult.ArmError error -> afterRefusal(NextStep.after(error), new Read());
                case ArmResult.Ok ok -> {
                    failuresInARow = 0;
                    // From its arrival on: an ARM that answers slowly would otherwise never be fast enough for a write.
                    Instant readAt = clock.instant();
                    yield ClusterDocument.of(ok.body())
                            .map(document -> judge(document, ok.eTag(), readAt))
                            .orElseGet(() -> tryAgain(
                                    WorkerReason.UnreadableAnswer,
                                    "ARM's answer is no managed cluster",
                                    null,
                                    new Read()));
                }
            };
        }

        private Step judge(ClusterDocument document, @Nullable String eTag, Instant readAt) {
            String state = document.provisioningState();
            ProvisioningState meaning = ProvisioningState.of(state);
            if (meaning == ProvisioningState.BUSY) {
                return accepted
                        ? new AwaitRest(WorkerReason.Updating, "ARM applies the change")
                        : new AwaitRest(
                                ClusterReason.ClusterBusy,
                                "another operation runs there: provisioningState is " + state);
            }
            if (document.stopped()) {
                return new Done(new Outcome.Skipped(
                        ClusterReason.ClusterStopped,
                        "the cluster is stopped; it can be changed after it was started"));
            }
            Optional<KubeProxyConfig> read = document.kubeProxy();
            if (read.isEmpty()) {
                return new Done(
                        new Outcome.Failed(
                                ClusterReason.KubeProxyConfigUnreadable,
                                "the cluster's kubeProxyConfig holds a value that this version does not know; it was left alone"));
            }
            if (!wrote && desired.named(document.kubernetesVersion()).isEmpty()) {
                return new Done(new Outcome.Skipped(
                        ClusterReason.ModeNotNamed,
                        "the configuration names no mode, and the cluster has Kubernetes "
                                + document.kubernetesVersion() + " by now, whose kube-proxy chooses one"));
            }
            KubeProxyConfig current = read.get();
            KubeProxyConfig first = before == null ? current : before;
            before = first;
            boolean right = desired.isIn(current);
            if (meaning == ProvisioningState.BROKEN) {
                if (!accepted) {
                    // Stored is not applied: an earlier write may have failed half-way, so it is made again.
                    return new Write(document, eTag, current, readAt);
                }
                accepted = false;
                String message = "provisioningState is " + state + " and ARM gave no error for it";
                return operationUrl == null
                        ? new Done(new Outcome.Failed(WorkerReason.ProvisioningFailed, message))
                        : new Explain(operationUrl);
            }
            if (right) {
                return new Done(new Outcome.Applied(first, wrote));
            }
            if (!accepted) {
                return new Write(document, eTag, current, readAt);
            }
            accepted = false;
            unapplied++;
            Outcome.Failed failed = new Outcome.Failed(
                    WorkerReason.AcceptedNotApplied,
                    "ARM accepted " + desired.effective().describe() + " but shows "
                            + new Desired.KubeProxy(current).describeBefore(new Desired.KubeProxy(desired)));
            if (unapplied >= MAX_UNAPPLIED_WRITES) {
                return new Done(failed);
            }
            setback = failed;
            return tryAgain(failed.code(), failed.message(), null, new Read());
        }

        private Step write(Write write) {
            if (!clock.instant().isBefore(operation.deadline())) {
                return new Done(new Outcome.Failed(
                        WorkerReason.DeadlineExceeded,
                        "the deadline had passed before the write"
                                + (reported == null ? "" : ", after waiting for " + reported)));
            }
            ArmRequest.Put request = policyTokens.shown(new ArmRequest.PutCluster(
                    operation.cluster(), write.eTag(), write.document().with(desired.toSendOver(write.current()))));
            Optional<Step> unpaid = pay(request, write);
            if (unpaid.isPresent()) {
                return unpaid.get();
            }
            Duration age = Duration.between(write.readAt(), clock.instant());
            if (age.compareTo(write.eTag() == null ? MAX_AGE_WITHOUT_ETAG : MAX_AGE) > 0) {
                tokens.keep(request);
                return new Read();
            }
            if (policyTokens.isMissing(request)) {
                tokens.keep(request);
                return new Acquire(new ArmRequest.AcquirePolicyToken(request), write);
            }
            Optional<ArmResult> result = fence.write(() -> arm.sendPaid(request));
            if (result.isEmpty()) {
                return setback == null ? new Withdrawn() : new Done(setback);
            }
            return switch (result.get()) {
                case ArmResult.Ok ok -> {
                    accepted = true;
                    wrote = true;
                    failuresInARow = 0;
                    operationUrl = ok.operationUrl();
                    boolean atRest = operationUrl == null
                            && ClusterDocument.of(ok.body())
                                    .filter(document -> ProvisioningState.of(document.provisioningState())
                                            != ProvisioningState.BUSY)
                                    .isPresent();
                    yield atRest ? new Read() : new AwaitRest(WorkerReason.Updating, "ARM applies the change");
                }
                case ArmResult.ArmError error -> {
                    // No answer, or half of one: it may have been taken all the same.
                    wrote |= error.status() == 0 || error.status() >= 500;
                    yield afterError(policyTokens.judge(error), new Read(), write);
                }
            };
        }

        private Step acquire(Acquire acquire) {
            Optional<Step> unpaid = pay(acquire.request(), acquire);
            if (unpaid.isPresent()) {
                return unpaid.get();
            }
            ArmResult result = arm.sendPaid(acquire.request());
            return afterError(policyTokens.learn(acquire.request(), result), acquire, acquire.write());
        }

        /**
         * @param again where the same is to be tried once more
         * @param otherwise where nothing stands in the way
         */
        private Step afterError(Optional<ArmResult.ArmError> error, Step again, Step otherwise) {
            return error.map(refusal -> afterRefusal(NextStep.after(refusal), again))
                    .orElse(otherwise);
        }

        private Step await(AwaitRest await) {
            if (!clock.instant().isBefore(operation.deadline())) {
                return deadlineExceeded(await.code(), await.message());
            }
            report(await.code(), await.message());
            longRunning.await(operation.cluster(), accepted ? operationUrl : null, fence.over(), operation.deadline());
            return new Read();
        }

        private Step explain(String url) {
            ArmRequest.ReadOperation request =
                    new ArmRequest.ReadOperation(Partitioning.subscriptionOf(operation.cluster()), url);
            Optional<Step> unpaid = pay(request, new Explain(url));
            if (unpaid.isPresent()) {
                return unpaid.get();
            }
            return switch (arm.sendPaid(request)) {
                case ArmResult.ArmError error ->
                    switch (NextStep.after(error)) {
                        case NextStep.TryAgain again ->
                            tryAgain(again.code(), again.message(), again.retryAfter(), new Explain(url));
                        case NextStep.ReadAgain ignored -> unexplained();
                        case NextStep.Finish ignored -> unexplained();
                    };
                case ArmResult.Ok ok -> {
                    ArmErrors.Told told = ArmErrors.read(ok.body());
                    if (told.code() == null) {
                        yield unexplained();
                    }
                    setback = new Outcome.Failed(told.code(), told.message());
                    yield afterRefusal(NextStep.afterFailedOperation(told.code(), told.message()), new Read());
                }
            };
        }

        private Step unexplained() {
            return new Done(new Outcome.Failed(
                    WorkerReason.ProvisioningFailed,
                    "the cluster's last operation failed and ARM no longer has its error"));
        }

        private Step afterRefusal(NextStep next, Step then) {
            return switch (next) {
                case NextStep.Finish(Outcome.Result result) -> new Done(result);
                case NextStep.TryAgain again -> tryAgain(again.code(), again.message(), again.retryAfter(), then);
                case NextStep.ReadAgain ignored ->
                    ++rereads <= MAX_IMMEDIATE_REREADS
                            ? new Read()
                            : tryAgain(
                                    WorkerReason.PreconditionFailed,
                                    "the cluster keeps changing while it is read",
                                    null,
                                    new Read());
            };
        }

        private Step tryAgain(ReasonCode code, String message, @Nullable Duration retryAfter, Step then) {
            failuresInARow++;
            Duration own = backoff.after(failuresInARow);
            // ARM's wish is a minimum; a little more keeps those that were refused together apart.
            return new WaitFor(
                    code, message, retryAfter == null ? own : retryAfter.plus(backoff.jittered(backoff.base())), then);
        }

        /** Empty if the call may be made now; else the wait for its tokens, which are its own from here on. */
        private Optional<Step> pay(ArmRequest request, Step then) {
            Duration wait = tokens.take(request);
            return wait.isZero()
                    ? Optional.empty()
                    : Optional.of(new WaitFor(
                            WorkerReason.LocalBudget,
                            "the budget for " + request.kind().tag() + " is spent; it refills at Azure's rate",
                            wait,
                            then));
        }

        private Step waitFor(WaitFor wait) {
            Instant now = clock.instant();
            if (!now.isBefore(operation.deadline())) {
                return deadlineExceeded(wait.code(), wait.message());
            }
            report(wait.code(), wait.message());
            Duration left = Duration.between(now, operation.deadline());
            boolean beyond = wait.time().compareTo(left) >= 0;
            pause.await(fence.over(), beyond ? left : wait.time());
            return beyond ? deadlineExceeded(wait.code(), wait.message()) : wait.then();
        }

        private Step deadlineExceeded(ReasonCode code, String message) {
            return new Done(new Outcome.Failed(
                    WorkerReason.DeadlineExceeded, "was still waiting for " + code + ": " + message));
        }

        private void report(ReasonCode code, String message) {
            if (!code.equals(reported)) {
                reported = code;
                waiting.accept(new Outcome.Waiting(code, message));
            }
        }
    }
}

package dev.kubeproxyfleet.schemas.reason;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reason of ours. The guide of reasons is made of these: one enum is one table, one constant one row. */
public sealed interface Reason extends ReasonCode
        permits RolloutReason,
                ClusterReason,
                SelectionReason,
                WorkerReason,
                PlanWarning,
                AnswerReason,
                RecordReason,
                DocumentReason,
                RequestReason,
                ProofReason,
                EvidenceReason,
                GateReason,
                KubernetesReason,
                AgentReason,
                TokenReason,
                InstallReason,
                ReadinessReason,
                NotificationReason {

    /** The constant's. */
    String name();

    @Override
    default String code() {
        return name();
    }

    Words words();

    /** Every reason there is, by kind. */
    static List<Reason> all() {
        return Vocabulary.ALL;
    }

    /**
     * What people read about a reason, in Markdown.
     *
     * @param meaning one sentence
     * @param helps one sentence; null if there is nothing to do
     */
    record Words(String meaning, @Nullable String helps) {}
}

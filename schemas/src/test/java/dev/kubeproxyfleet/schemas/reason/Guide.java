package dev.kubeproxyfleet.schemas.reason;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the guide of reasons: a table for each kind, a row for each reason. */
final class Guide {

    private static final String HEAD = """
            # Reason codes

            Why something is as it is. A code is stable, for programs and for searching; the message beside it says the rest. This page is
            made of the enums of `dev.kubeproxyfleet.schemas.reason`.

            """;

    /** What else there is to say about a kind, before its table. */
    private static final Map<Class<?>, String> INTRODUCTIONS =
            Map.of(WorkerReason.class, """
            Every code that is not on this page is Azure's own (`AuthorizationFailed`, `OperationNotAllowed`, …), passed on with its message;
            `explain` then says so. Where Azure gives none it is `Http` and the status. What may pass is tried again until the deadline, not
            before Azure's `Retry-After`; all else fails the cluster. A lock that the plan did not show, because it came later or because the
            identity may not read locks, skips the cluster, and the rollout ends as Failed. `RequestDisallowedByPolicy` means that an
            assignment of Azure Policy denies the change; the message names the policy and the assignment. Once the policy allows the change
            or the cluster is exempt, `kpfleet retry` tries it again. Where an assignment wants the change evaluated elsewhere first, the service
            asks Azure for the policy token of exactly this change and sends it again with that; it needs the role Reader on the subscription
            for it.
            """, ProofReason.class, """
            kube-proxy answers its mode and its health checks before it has programmed a rule, and after a switch of mode the table of IPVS
            stays in the kernel, so neither proves anything alone. The mode is kube-proxy's word, which counts once its rules are programmed;
            the scheduler is the kernel's. Timeouts are the kernel's where the agent may ask it (`KPFLEET_AGENT_NETLINK`), else kube-proxy's
            word, and `timeoutsByKernel` says which. Before Kubernetes 1.34 kube-proxy does not tell its IP families apart.
            """, EvidenceReason.class, """
            `kpfleet get cluster` and the dashboard show on how many nodes there is some; the node's agent logs it in full.
            """, RecordReason.class, """
            A record that cannot be taken goes to `kubeproxy.rejected` with its code in the header `kpfleet-code`; the codes of documents and
            of requests are found there too.
            """);

    private final StringBuilder text = new StringBuilder(HEAD);

    private Guide() {}

    static String write() {
        Guide guide = new Guide();
        guide.table(
                RolloutReason.class,
                "Rollouts",
                "Why a rollout waits, stands still, turned round, or ended as it did.");
        guide.table(ClusterReason.class, "Clusters", "Why a cluster waits, was skipped, failed, or has drifted since.");
        guide.table(SelectionReason.class, "Clusters in no rollout", "What `explain` says of them.");
        guide.table(WorkerReason.class, "The Azure worker, and Azure", "What happens between the service and Azure.");
        guide.table(PlanWarning.class, "Warnings of a plan", "A plan may warn of `NodesSilent` and `ScopeLocked` too.");
        guide.table(
                ReadinessReason.class,
                "Readiness for mode NFTABLES",
                "Why a cluster can leave its mode, or cannot, or nobody knows; see [the page of readiness](readiness.md). It"
                        + " names reasons of clusters and `ModeNotPinned` too.");
        guide.table(
                GateReason.class,
                "Gates of a stage",
                "Why a gate fails, cannot tell, or is waited for; `explain` and the page show the figures.");
        guide.table(
                AnswerReason.class,
                "Answers",
                "What the audit trail answers to commands, publishing and other requests, and what the controller does by itself.");
        guide.table(
                NotificationReason.class,
                "Notifications",
                "What the audit trail and [targets of notifications](notifications.md) are told of a notification itself.");
        guide.table(RecordReason.class, "Records", "Why a record of a topic is refused, or was left out.");
        guide.table(DocumentReason.class, "Documents", "What is wrong with a document; its path says where.");
        guide.table(RequestReason.class, "Requests", "Why a request over HTTP is refused, and with which status.");
        guide.table(
                ProofReason.class,
                "Proof of a node",
                "Whether a node's snapshot proves what it shows; of several reasons against it the first in this order is told.");
        guide.table(
                EvidenceReason.class,
                "Evidence of a node",
                "What does not fit together there; what a cluster's nodes come to show after a change holds it, see `NewEvidence`.");
        guide.table(
                KubernetesReason.class,
                "The Kubernetes API of a cluster",
                "Why nothing, or not all, can be seen through it.");
        guide.table(AgentReason.class, "Agents", "What `kpfleet get agents` and the dashboard say of them.");
        guide.table(
                TokenReason.class,
                "Tokens of agents",
                "Why what an agent says is [not proven](agents.md#whose-nodes-an-agent-speaks-for). With the first three nobody is accused; the"
                        + " others disprove it.");
        guide.table(
                InstallReason.class,
                "Installation of agents",
                "Why the service does not install a cluster's agents, or waits; codes of Azure and of the Kubernetes API are told, too.");
        return guide.text.toString();
    }

    private void table(Class<? extends Reason> kind, String heading, String sentence) {
        text.append("## ").append(heading).append("\n\n").append(sentence).append('\n');
        text.append(INTRODUCTIONS.containsKey(kind) ? INTRODUCTIONS.get(kind) : "")
                .append('\n');
        List<List<String>> rows =
                Stream.of(kind.getEnumConstants()).map(Guide::row).toList();
        List<String> head = new ArrayList<>(List.of("code"));
        if (kind == ClusterReason.class) {
            head.add("then");
        } else if (kind == RequestReason.class) {
            head.add("status");
        }
        head.addAll(List.of("means", "what helps"));
        line(head);
        line(head.stream().map(_ -> "---").toList());
        rows.forEach(this::line);
        text.append('\n');
    }

    private static List<String> row(Reason reason) {
        String code = "`" + reason.code() + "`";
        String meaning = reason.words().meaning();
        String helps = reason.words().helps() == null ? "" : reason.words().helps();
        return switch (reason) {
            case ClusterReason cluster -> List.of(code, cluster.kind().then(), meaning, helps);
            case RequestReason request -> List.of(code, Integer.toString(request.status()), meaning, helps);
            default -> List.of(code, meaning, helps);
        };
    }

    private void line(List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}

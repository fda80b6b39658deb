package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.AzureSettings;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.azure.BudgetedArm;
import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.azure.Procedure;
import dev.kubeproxyfleet.fleet.rollout.Selection;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The parts of the package as beans, as far as others than the watcher use them. */
final class KubernetesBeans {

    KubernetesBeans() {}

    @Produces
    @Singleton
    static ApiClients clients(KubernetesSettings settings) {
        return new ApiClients(settings.requestTimeout(), settings.maxAnswerBytes(), RandomGenerator.getDefault());
    }

    static void close(@Disposes ApiClients clients) {
        clients.close();
    }

    /** @param clients made only where agents may be installed */
    @Produces
    @Singleton
    static Procedure agents(
            KubernetesSettings settings,
            AzureSettings azure,
            BudgetedArm arm,
            ClusterTokens tokens,
            Instance<ApiClients> clients,
            InstantSource clock) {
        if (!settings.installsAgents()) {
            return (_, _, _) -> Optional.of(new Outcome.Skipped(
                    InstallReason.InstallationOff,
                    "kpfleet.kubernetes.enabled and kpfleet.kubernetes.install-agents are not both set"));
        }
        return new AgentProcedure(new AgentProcedure.Means(
                new ClusterAccess(arm::send, azure.armEndpoint(), new Selection(settings.selector()), clock),
                tokens,
                clients.get(),
                Pause.REAL,
                clock,
                new Backoff(azure.backoffBase(), azure.backoffMax(), RandomGenerator.getDefault()),
                settings.requestTimeout()));
    }
}

package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * An ApplicationSet with one element for each cluster, by the name that Argo CD has for it.
 *
 * <p>Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-List/, GoTemplate/ beside it, and
 * https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ (a chart's registry is written without its scheme).
 */
final class ArgoCdFiles {

    static final String FILE = "applicationset.yaml";

    private ArgoCdFiles() {}

    static Delivery.Written of(Order order) {
        List<Map<String, Object>> elements = order.clusters().stream()
                .map(cluster -> Yaml.map("cluster", cluster.label(), "clusterId", cluster.id()))
                .toList();
        Map<String, Object> set = Yaml.object(
                "argoproj.io/v1alpha1",
                "ApplicationSet",
                "argocd",
                Chart.NAME,
                Yaml.map(
                        "goTemplate",
                        true,
                        "goTemplateOptions",
                        List.of("missingkey=error"),
                        "generators",
                        List.of(Map.of("list", Map.of("elements", elements))),
                        "template",
                        Yaml.map(
                                "metadata",
                                Map.of("name", Chart.RELEASE + "-{{.cluster}}"),
                                "spec",
                                application(order))));
        return new Delivery.Written(
                new TreeMap<>(Map.of(FILE, Yaml.of(set))),
                List.of(
                        "see that Argo CD knows the clusters by these names: argocd cluster list",
                        // A list of many clusters is more than the annotation that a client-side apply keeps may hold.
                        "kubectl --context <Argo CD's cluster> apply --server-side -f " + Delivery.Written.FOLDER + "/"
                                + FILE));
    }

    private static Map<String, Object> application(Order order) {
        String repository = Objects.requireNonNull(order.chartRepository(), "Argo CD fetches the chart");
        return Yaml.map(
                "project",
                "default",
                "source",
                Yaml.map(
                        "repoURL",
                        repository.substring(Order.OCI.length()),
                        "chart",
                        Chart.NAME,
                        "targetRevision",
                        Chart.version(),
                        "helm",
                        Yaml.map(
                                "releaseName",
                                Chart.RELEASE,
                                "valuesObject",
                                Chart.values("{{.clusterId}}", order.agent(), true))),
                "destination",
                Yaml.map("name", "{{.cluster}}", "namespace", AgentManifest.NAMESPACE),
                "syncPolicy",
                Map.of("automated", Yaml.map("prune", true, "selfHeal", true)));
    }
}

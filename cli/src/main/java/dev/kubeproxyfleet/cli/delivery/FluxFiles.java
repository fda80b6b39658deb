package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One HelmRelease for all clusters, and for each a Kustomization that puts the cluster's id into it. A cluster without an id gets
 * nothing, since the chart refuses a blank one.
 *
 * <p>Source: https://fluxcd.io/flux/components/helm/helmreleases/ (chart reference),
 * https://fluxcd.io/flux/components/kustomize/kustomizations/ (post build variable substitution) and
 * https://fluxcd.io/flux/components/source/ocirepositories/.
 */
final class FluxFiles {

    /** Flux' own, and of the Git repository that {@code flux bootstrap} makes it read. */
    private static final String FLUX = "flux-system";

    private static final String INTERVAL = "10m";
    private static final String CLUSTER_ID = "kubeproxy_fleet_cluster_id";

    private FluxFiles() {}

    static Delivery.Written of(Order order) {
        SortedMap<String, String> files = new TreeMap<>();
        files.put(
                "base/kustomization.yaml",
                Yaml.of(KustomizeFiles.kustomization(List.of("source.yaml", "release.yaml"))));
        files.put("base/source.yaml", Yaml.of(source(order)));
        files.put("base/release.yaml", Yaml.of(release(order.agent())));
        for (Target cluster : order.clusters()) {
            files.put("clusters/" + cluster.label() + ".yaml", Yaml.of(kustomization(order, cluster)));
        }
        return new Delivery.Written(
                files,
                List.of(
                        "commit %s as ./%s of the repository that GitRepository %s is of"
                                .formatted(Delivery.Written.FOLDER, order.gitPath(), FLUX),
                        "let the path that each cluster is synced from have its file of %s/clusters"
                                .formatted(Delivery.Written.FOLDER)));
    }

    private static Map<String, Object> source(Order order) {
        return Yaml.object(
                "source.toolkit.fluxcd.io/v1",
                "OCIRepository",
                FLUX,
                Chart.NAME,
                Yaml.map(
                        "interval",
                        INTERVAL,
                        "url",
                        order.chartRepository() + "/" + Chart.NAME,
                        "layerSelector",
                        Yaml.map(
                                "mediaType",
                                "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
                                "operation",
                                "copy"),
                        "ref",
                        Map.of("tag", Chart.version())));
    }

    private static Map<String, Object> release(AgentManifest agent) {
        Map<String, ?> retries = Map.of("remediation", Map.of("retries", 3));
        return Yaml.object(
                "helm.toolkit.fluxcd.io/v2",
                "HelmRelease",
                FLUX,
                Chart.NAME,
                Yaml.map(
                        "interval",
                        INTERVAL,
                        "chartRef",
                        Yaml.map("kind", "OCIRepository", "name", Chart.NAME),
                        "releaseName",
                        Chart.RELEASE,
                        "targetNamespace",
                        AgentManifest.NAMESPACE,
                        "install",
                        retries,
                        "upgrade",
                        retries,
                        "driftDetection",
                        Map.of("mode", "enabled"),
                        "values",
                        Chart.values("${" + CLUSTER_ID + "}", agent, true)));
    }

    private static Map<String, Object> kustomization(Order order, Target cluster) {
        return Yaml.object(
                "kustomize.toolkit.fluxcd.io/v1",
                "Kustomization",
                FLUX,
                Chart.NAME,
                Yaml.map(
                        "interval",
                        INTERVAL,
                        "path",
                        "./" + order.gitPath() + "/base",
                        "prune",
                        true,
                        "sourceRef",
                        Yaml.map("kind", "GitRepository", "name", FLUX),
                        "postBuild",
                        Map.of("substitute", Map.of(CLUSTER_ID, cluster.id()))));
    }
}

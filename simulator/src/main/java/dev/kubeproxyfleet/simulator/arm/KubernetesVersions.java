package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Kubernetes versions that the simulated AKS offers; clusters of others are taken all the same. */
final class KubernetesVersions {

    /** What a cluster gets that asks for none. */
    static final String DEFAULT = "1.33";

    private static final TreeMap<Integer, List<Integer>> PATCHES_BY_MINOR =
            new TreeMap<>(Map.of(31, List.of(10, 11), 32, List.of(6, 7), 33, List.of(2, 3), 34, List.of(0, 1)));

    private KubernetesVersions() {}

    /** The version with its patch: the newest one that is offered, where {@code version} names none. */
    static String full(String version) {
        String[] parts = version.split("\\.");
        if (parts.length != 2) {
            return version;
        }
        List<Integer> patches = PATCHES_BY_MINOR.getOrDefault(Integer.valueOf(parts[1]), List.of(0));
        return version + "." + patches.getLast();
    }

    /** Versions that a cluster of {@code version}, with its patch, can be upgraded to: later patches, and the next minor. */
    static List<String> upgrades(String version) {
        String[] parts = version.split("\\.");
        if (parts.length != 3) {
            return List.of();
        }
        int minor = Integer.parseInt(parts[1]);
        int patch = Integer.parseInt(parts[2]);
        List<String> upgrades = new ArrayList<>();
        for (int offered : PATCHES_BY_MINOR.getOrDefault(minor, List.of())) {
            if (offered > patch) {
                upgrades.add("1." + minor + "." + offered);
            }
        }
        for (int offered : PATCHES_BY_MINOR.getOrDefault(minor + 1, List.of())) {
            upgrades.add("1." + (minor + 1) + "." + offered);
        }
        return upgrades;
    }

    /** KubernetesVersionListResult. */
    static ArmResponse list() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode values = body.putArray("values");
        PATCHES_BY_MINOR.forEach((minor, patches) -> {
            String version = "1." + minor;
            ObjectNode shown = values.addObject();
            shown.put("version", version);
            shown.put("isDefault", version.equals(DEFAULT));
            shown.put("isPreview", false);
            shown.putObject("capabilities").putArray("supportPlan").add("KubernetesOfficial");
            ObjectNode patchVersions = shown.putObject("patchVersions");
            for (int patch : patches) {
                ArrayNode upgrades =
                        patchVersions.putObject(version + "." + patch).putArray("upgrades");
                upgrades(version + "." + patch).forEach(upgrades::add);
            }
        });
        return new ArmResponse(200, body);
    }

    /** ManagedClusterUpgradeProfile. */
    static ArmResponse upgradeProfile(ManagedCluster cluster) {
        ObjectNode document = cluster.document();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("id", document.path("id").asText() + "/upgradeprofiles/default");
        body.put("name", "default");
        body.put("type", "Microsoft.ContainerService/ManagedClusters/upgradeprofiles");
        ObjectNode properties = body.putObject("properties");
        String version = document.at("/properties/currentKubernetesVersion").asText();
        profile(properties.putObject("controlPlaneProfile"), version, "Linux");
        ArrayNode pools = properties.putArray("agentPoolProfiles");
        document.at("/properties/agentPoolProfiles")
                .forEach(pool -> profile(
                        pools.addObject().put("name", pool.path("name").asText()),
                        pool.path("currentOrchestratorVersion").asText(version),
                        pool.path("osType").asText("Linux")));
        return new ArmResponse(200, body);
    }

    private static void profile(ObjectNode profile, String version, String osType) {
        profile.put("kubernetesVersion", version);
        profile.put("osType", osType);
        ArrayNode upgrades = profile.putArray("upgrades");
        upgrades(version).forEach(to -> upgrades.addObject().put("kubernetesVersion", to));
    }
}

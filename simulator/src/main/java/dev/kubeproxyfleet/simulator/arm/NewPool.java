package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What Azure adds to an agent pool: its defaults when it is made, and what follows from what was sent. */
final class NewPool {

    private static final String DEFAULT_VM_SIZE = "Standard_D2ds_v5";
    private static final int DISK_GIGABYTES = 128;
    private static final int MAX_PODS = 110;
    private static final String SPOT = "kubernetes.azure.com/scalesetpriority";

    /** Node images: the one that pools are made with, and the one after it. */
    private static final String[] LINUX_IMAGES = {
        "AKSUbuntu-2204gen2containerd-202510.03.0", "AKSUbuntu-2204gen2containerd-202510.19.0"
    };

    private static final String[] WINDOWS_IMAGES = {
        "AKSWindows-2022-containerd-20348.4171.250910", "AKSWindows-2022-containerd-20348.4294.251015"
    };

    private NewPool() {}

    /** What Azure alone says of a pool; {@code pool} has what was sent. */
    static void describe(ObjectNode pool, JsonNode sent, String version) {
        pool.put("currentOrchestratorVersion", version);
        pool.put("nodeImageVersion", images(sent)[0]);
    }

    /** A pool that joins a cluster, with all that Azure adds. */
    static ObjectNode joining(ObjectNode sent, ObjectNode cluster) {
        ObjectNode pool = sent.deepCopy();
        describe(pool, sent, cluster.at("/properties/currentKubernetesVersion").asText());
        complete(pool, cluster.at("/properties/kubernetesVersion").asText(), "User");
        return pool;
    }

    /** The newest node image of the pool's kind: what {@code upgradeNodeImageVersion} leads to. */
    static String newestImage(JsonNode pool) {
        return images(pool)[1];
    }

    private static String[] images(JsonNode pool) {
        return isWindows(pool) ? WINDOWS_IMAGES : LINUX_IMAGES;
    }

    static boolean isWindows(JsonNode pool) {
        return pool.path("osType").asText().equalsIgnoreCase("Windows");
    }

    /** Defaults of what was not sent. */
    static void complete(ObjectNode pool, String version, String mode) {
        setDefault(pool, "orchestratorVersion", version);
        setDefault(pool, "osType", "Linux");
        setDefault(pool, "osSKU", isWindows(pool) ? "Windows2022" : "Ubuntu");
        setDefault(pool, "osDiskType", "Managed");
        setDefault(pool, "mode", mode);
        setDefault(pool, "type", "VirtualMachineScaleSets");
        if (!pool.hasNonNull("powerState")) {
            pool.putObject("powerState").put("code", "Running");
        }
        if (!pool.hasNonNull("osDiskSizeGB")) {
            pool.put("osDiskSizeGB", DISK_GIGABYTES);
        }
        if (!pool.hasNonNull("maxPods")) {
            pool.put("maxPods", MAX_PODS);
        }
        if (!pool.hasNonNull("enableAutoScaling")) {
            pool.put("enableAutoScaling", false);
        }
        if (pool.path("scaleSetPriority").asText().equalsIgnoreCase("Spot")) {
            completeSpot(pool);
        }
        if (isOfVirtualMachines(pool)) {
            if (!pool.hasNonNull("virtualMachinesProfile")) {
                ObjectNode scale = pool.putObject("virtualMachinesProfile").putObject("scale");
                scale.putArray("manual")
                        .addObject()
                        .put("size", pool.path("vmSize").asText(DEFAULT_VM_SIZE))
                        .put("count", pool.path("count").asInt(1));
            }
        } else {
            setDefault(pool, "vmSize", DEFAULT_VM_SIZE);
            if (!pool.hasNonNull("count")) {
                pool.put("count", 1);
            }
        }
        derive(pool);
    }

    private static void completeSpot(ObjectNode pool) {
        setDefault(pool, "scaleSetEvictionPolicy", "Delete");
        if (!pool.hasNonNull("spotMaxPrice")) {
            pool.put("spotMaxPrice", -1.0);
        }
        if (!pool.hasNonNull("nodeLabels")) {
            pool.putObject("nodeLabels");
        }
        if (pool.path("nodeLabels") instanceof ObjectNode labels) {
            labels.put(SPOT, "spot");
        }
        if (!pool.hasNonNull("nodeTaints")) {
            pool.putArray("nodeTaints").add(SPOT + "=spot:NoSchedule");
        }
    }

    /** A pool of virtual machines has sizes instead of one size and one count; its status follows its scale. */
    static void derive(ObjectNode pool) {
        if (!isOfVirtualMachines(pool)) {
            return;
        }
        pool.putNull("count");
        pool.put("vmSize", "");
        JsonNode scale = pool.path("virtualMachinesProfile").path("scale");
        ArrayNode status = pool.putArray("virtualMachineNodesStatus");
        for (JsonNode manual : scale.path("manual")) {
            addStatus(status, manual, "count");
        }
        JsonNode automatic = scale.path("autoscale");
        if (automatic.isObject()) {
            addStatus(status, automatic, "minCount");
        } else {
            automatic.forEach(each -> addStatus(status, each, "minCount"));
        }
    }

    private static void addStatus(ArrayNode status, JsonNode scale, String count) {
        status.addObject()
                .put("size", scale.path("size").asText(DEFAULT_VM_SIZE))
                .put("count", scale.path(count).asInt(0));
    }

    static boolean isOfVirtualMachines(JsonNode pool) {
        return pool.path("type").asText().equalsIgnoreCase("VirtualMachines");
    }

    private static void setDefault(ObjectNode object, String member, String value) {
        if (!object.hasNonNull(member)) {
            object.put(member, value);
        }
    }
}

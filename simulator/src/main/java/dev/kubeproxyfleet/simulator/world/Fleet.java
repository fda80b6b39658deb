package dev.kubeproxyfleet.simulator.world;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/**
 * A believable fleet: every cluster's full ARM document, made from the seed alone.
 *
 * <p>Half of the clusters are {@code env=prod}, the rest {@code staging} and {@code dev}. From {@value #ODD_FROM} clusters on,
 * some that are not prod are odd: one is stopped, one runs Cilium, one is Automatic, one has Azure network policies, one has those of
 * Calico; two run IPVS already. One in ten of those that are not prod is not integrated with Entra and has nodes with an old image, one
 * is private, and one has a pool of nodes with Arm processors.
 */
public record Fleet(FleetSpec spec, List<SimulatedSubscription> subscriptions, List<SimulatedCluster> clusters) {

    static final int ODD_FROM = 20;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int SYSTEM_POOL_NODES = 3;

    private static final List<Place> PLACES = List.of(
            new Place("weu", "westeurope"),
            new Place("neu", "northeurope"),
            new Place("eus", "eastus"),
            new Place("wus", "westus2"),
            new Place("sea", "southeastasia"));
    private static final List<String> ENVIRONMENTS = List.of("prod", "staging", "prod", "dev");
    private static final List<String> TIERS = List.of("gold", "silver", "bronze");
    private static final List<String> TEAMS = List.of("checkout", "search", "payments", "media", "platform");
    private static final List<String> VERSIONS = List.of("1.31.11", "1.34.7", "1.33.3", "1.34.7");
    private static final List<String> VM_SIZES = List.of("Standard_D4ds_v5", "Standard_D8ds_v5", "Standard_E8ads_v5");

    private static final String ARM_SIZE = "Standard_D4ps_v5";

    /** A bound that was chosen once: with another one, the same seed would make another fleet than the one that people have. */
    private static final int IMAGE_DRAWS = 80_000_000;

    private static final String IMAGE = "AKSUbuntu-2204gen2containerd-";

    /** Of an Ubuntu with a kernel that mode nftables refuses. */
    private static final String OLD_IMAGE = "AKSUbuntu-1804gen2containerd-";

    private static final List<String> NODE_IMAGES = List.of("202509.11.0", "202509.23.0", "202510.03.0");

    private record Place(String code, String location) {}

    /** What is unusual about a cluster. */
    private enum Oddity {
        NONE,
        STOPPED,
        CILIUM,
        AZURE_NETWORK_POLICY,
        CALICO,
        IPVS_ALREADY,
        AUTOMATIC,
        LOCAL_ACCOUNTS,
        PRIVATE,
        ARM_POOL
    }

    public Fleet {
        subscriptions = List.copyOf(subscriptions);
        clusters = List.copyOf(clusters);
    }

    /** The cluster with this id (any casing). */
    public Optional<SimulatedCluster> cluster(String id) {
        return clusters.stream()
                .filter(cluster -> cluster.id().equalsIgnoreCase(id))
                .findFirst();
    }

    /** The fleet of {@code spec}: the same one for the same spec. */
    public static Fleet of(FleetSpec spec) {
        Random random = new Random(spec.seed());
        String tenant = guid(random);
        List<SimulatedSubscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < spec.subscriptions(); i++) {
            subscriptions.add(new SimulatedSubscription(guid(random), tenant, "fleet-%02d".formatted(i + 1)));
        }
        List<SimulatedCluster> clusters = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        int notProd = 0;
        for (int i = 0; i < spec.clusters(); i++) {
            String environment = ENVIRONMENTS.get(i % ENVIRONMENTS.size());
            Place place = PLACES.get(random.nextInt(spec.regions()));
            String prefix = environment + "-" + place.code();
            String name = "%s-%02d".formatted(prefix, numbers.merge(prefix, 1, Integer::sum));
            Oddity oddity = Oddity.NONE;
            if (!environment.equals("prod")) {
                oddity = spec.clusters() >= ODD_FROM ? oddity(notProd) : Oddity.NONE;
                notProd++;
            }
            clusters.add(new Maker(random, environment, place, name, oddity, spec)
                    .make(subscriptions.get(i % subscriptions.size()), i));
        }
        return new Fleet(spec, subscriptions, clusters);
    }

    private static Oddity oddity(int notProd) {
        return switch (notProd) {
            case 0 -> Oddity.CALICO;
            case 1 -> Oddity.STOPPED;
            case 2, 6 -> Oddity.IPVS_ALREADY;
            case 3 -> Oddity.AZURE_NETWORK_POLICY;
            case 4 -> Oddity.CILIUM;
            case 5 -> Oddity.AUTOMATIC;
            default ->
                switch (notProd % 10) {
                    case 7 -> Oddity.LOCAL_ACCOUNTS;
                    case 8 -> Oddity.PRIVATE;
                    case 9 -> Oddity.ARM_POOL;
                    default -> Oddity.NONE;
                };
        };
    }

    private static String guid(Random random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private static <T> T pick(Random random, List<T> options) {
        return options.get(random.nextInt(options.size()));
    }

    /** Makes one cluster; every draw is from the shared seeded source, in a fixed order. */
    private record Maker(Random random, String environment, Place place, String name, Oddity oddity, FleetSpec spec) {

        SimulatedCluster make(SimulatedSubscription subscription, int index) {
            String group = "rg-" + environment + "-" + place.code();
            String nodeGroup = "MC_" + group + "_" + name + "_" + place.location();
            String version = pick(random, VERSIONS);
            String plugin = random.nextInt(5) == 0 && oddity != Oddity.CILIUM && oddity != Oddity.AUTOMATIC
                    ? "kubenet"
                    : "azure";
            String hash = Integer.toHexString(random.nextInt() | 0x10000000);

            ObjectNode properties = JSON.objectNode();
            properties.put("provisioningState", "Succeeded");
            properties.putObject("powerState").put("code", oddity == Oddity.STOPPED ? "Stopped" : "Running");
            properties.put("kubernetesVersion", version.substring(0, version.lastIndexOf('.')));
            properties.put("currentKubernetesVersion", version);
            properties.put("dnsPrefix", name);
            properties.put("fqdn", name + "-" + hash + ".hcp." + place.location() + ".azmk8s.io");
            properties.put("azurePortalFQDN", name + "-" + hash + ".portal.hcp." + place.location() + ".azmk8s.io");
            addPools(properties, version);
            properties
                    .putObject("linuxProfile")
                    .put("adminUsername", "azureuser")
                    .putObject("ssh")
                    .putArray("publicKeys")
                    .addObject()
                    .put(
                            "keyData",
                            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"
                                    + guid(random).replace("-", "") + " simulated");
            properties.putObject("servicePrincipalProfile").put("clientId", "msi");
            ObjectNode addons = properties.putObject("addonProfiles");
            addons.putObject("azureKeyvaultSecretsProvider")
                    .put("enabled", true)
                    .putObject("config")
                    .put("enableSecretRotation", "true")
                    .put("rotationPollInterval", "2m");
            addons.putObject("azurepolicy").put("enabled", index % 2 == 0).putNull("config");
            properties.put("nodeResourceGroup", nodeGroup);
            properties.put("enableRBAC", true);
            properties.put("supportPlan", "KubernetesOfficial");
            addNetwork(properties, subscription, nodeGroup, plugin);
            if (oddity != Oddity.LOCAL_ACCOUNTS) {
                properties
                        .putObject("aadProfile")
                        .put("managed", true)
                        .put("enableAzureRBAC", true)
                        .putNull("adminGroupObjectIDs")
                        .put("tenantID", subscription.tenantId());
            }
            if (oddity == Oddity.PRIVATE) {
                properties.putObject("apiServerAccessProfile").put("enablePrivateCluster", true);
                properties.put("privateFQDN", name + "-" + hash + ".privatelink." + place.location() + ".azmk8s.io");
            }
            properties.put("maxAgentPools", 100);
            addIdentityProfile(properties, subscription, nodeGroup);
            properties.put("disableLocalAccounts", environment.equals("prod"));
            properties
                    .putObject("autoUpgradeProfile")
                    .put("upgradeChannel", environment.equals("prod") ? "patch" : "stable")
                    .put("nodeOSUpgradeChannel", "NodeImage");
            properties
                    .putObject("securityProfile")
                    .putObject("workloadIdentity")
                    .put("enabled", true);
            ObjectNode storage = properties.putObject("storageProfile");
            storage.putObject("diskCSIDriver").put("enabled", true).put("version", "v1");
            storage.putObject("fileCSIDriver").put("enabled", true);
            storage.putObject("snapshotController").put("enabled", true);
            properties
                    .putObject("oidcIssuerProfile")
                    .put("enabled", true)
                    .put(
                            "issuerURL",
                            "https://" + place.location() + ".oic.prod-aks.azure.com/" + subscription.tenantId() + "/"
                                    + guid(random) + "/");
            properties.putObject("workloadAutoScalerProfile").putObject("keda").put("enabled", index % 3 == 0);
            properties.put("resourceUID", guid(random).replace("-", "").substring(0, 24));
            // Members that no model of this project knows: whoever writes a cluster must carry them along.
            properties.putObject("metricsProfile").putObject("costAnalysis").put("enabled", environment.equals("prod"));
            properties.putObject("bootstrapProfile").put("artifactSource", "Direct");
            properties
                    .putObject("nodeProvisioningProfile")
                    .put("mode", "Manual")
                    .put("defaultNodePools", "Auto");

            ObjectNode document = JSON.objectNode();
            SimulatedCluster cluster = new SimulatedCluster(subscription.id(), group, name, document);
            document.put("id", cluster.armId());
            document.put("name", name);
            document.put("type", "Microsoft.ContainerService/ManagedClusters");
            document.put("location", place.location());
            document.putObject("tags")
                    .put("env", environment)
                    .put("tier", pick(random, TIERS))
                    .put("team", pick(random, TEAMS))
                    .put("costCenter", String.valueOf(1000 + random.nextInt(40)));
            document.set("properties", properties);
            document.putObject("identity")
                    .put("type", "SystemAssigned")
                    .put("principalId", guid(random))
                    .put("tenantId", subscription.tenantId());
            String kind = oddity == Oddity.AUTOMATIC ? "Automatic" : "Base";
            boolean paid = environment.equals("prod") || oddity == Oddity.AUTOMATIC;
            document.putObject("sku").put("name", kind).put("tier", paid ? "Standard" : "Free");
            document.put("kind", kind);
            return cluster;
        }

        private void addPools(ObjectNode properties, String version) {
            var pools = properties.putArray("agentPoolProfiles");
            int system = Math.min(SYSTEM_POOL_NODES, spec.nodesPerCluster());
            addPool(pools.addObject(), "system", "System", system, version);
            if (spec.nodesPerCluster() > system) {
                addPool(pools.addObject(), "apps", "User", spec.nodesPerCluster() - system, version);
            }
        }

        private void addPool(ObjectNode pool, String poolName, String mode, int count, String version) {
            pool.put("name", poolName);
            pool.put("count", count);
            String size = pick(random, VM_SIZES);
            pool.put("vmSize", oddity == Oddity.ARM_POOL && !mode.equals("System") ? ARM_SIZE : size);
            pool.put("osDiskSizeGB", 128);
            pool.put("osDiskType", "Ephemeral");
            pool.put("kubeletDiskType", "OS");
            pool.put("maxPods", 110);
            pool.put("type", "VirtualMachineScaleSets");
            pool.putArray("availabilityZones").add("1").add("2").add("3");
            pool.put("enableAutoScaling", false);
            pool.put("provisioningState", "Succeeded");
            pool.putObject("powerState").put("code", oddity == Oddity.STOPPED ? "Stopped" : "Running");
            pool.put("orchestratorVersion", version.substring(0, version.lastIndexOf('.')));
            pool.put("currentOrchestratorVersion", version);
            pool.put("enableNodePublicIP", false);
            pool.put("mode", mode);
            pool.put("osType", "Linux");
            pool.put("osSKU", "Ubuntu");
            pool.putObject("upgradeSettings").put("maxSurge", "10%").put("maxUnavailable", "0");
            pool.put("enableFIPS", false);
            pool.putObject("securityProfile").put("enableVTPM", false).put("enableSecureBoot", false);
            if (poolName.equals("apps")) {
                pool.putObject("nodeLabels").put("workload", "general");
            }
            pool.put(
                    "nodeImageVersion",
                    (oddity == Oddity.LOCAL_ACCOUNTS ? OLD_IMAGE : IMAGE)
                            + NODE_IMAGES.get(random.nextInt(IMAGE_DRAWS) % NODE_IMAGES.size()));
        }

        private void addNetwork(
                ObjectNode properties, SimulatedSubscription subscription, String nodeGroup, String plugin) {
            ObjectNode network = properties.putObject("networkProfile");
            network.put("networkPlugin", plugin);
            if (plugin.equals("azure")) {
                network.put("networkPluginMode", "overlay");
            }
            network.put(
                    "networkPolicy",
                    switch (oddity) {
                        case CILIUM, AUTOMATIC -> "cilium";
                        case AZURE_NETWORK_POLICY -> "azure";
                        case CALICO -> "calico";
                        case NONE, STOPPED, IPVS_ALREADY, LOCAL_ACCOUNTS, PRIVATE, ARM_POOL -> "none";
                    });
            network.put("networkDataplane", oddity == Oddity.CILIUM || oddity == Oddity.AUTOMATIC ? "cilium" : "azure");
            network.put("loadBalancerSku", "standard");
            ObjectNode balancer = network.putObject("loadBalancerProfile");
            balancer.putObject("managedOutboundIPs").put("count", 1);
            balancer.putArray("effectiveOutboundIPs")
                    .addObject()
                    .put(
                            "id",
                            "/subscriptions/" + subscription.id() + "/resourceGroups/" + nodeGroup
                                    + "/providers/Microsoft.Network/publicIPAddresses/" + guid(random));
            balancer.put("backendPoolType", "nodeIPConfiguration");
            network.put("podCidr", "10.244.0.0/16");
            network.put("serviceCidr", "10.0.0.0/16");
            network.put("dnsServiceIP", "10.0.0.10");
            network.put("outboundType", "loadBalancer");
            network.putArray("podCidrs").add("10.244.0.0/16");
            network.putArray("serviceCidrs").add("10.0.0.0/16");
            network.putArray("ipFamilies").add("IPv4");
            if (oddity == Oddity.IPVS_ALREADY) {
                ObjectNode kubeProxy = network.putObject("kubeProxyConfig")
                        .put("enabled", true)
                        .put("mode", "IPVS");
                kubeProxy.putObject("ipvsConfig").put("scheduler", "RoundRobin");
            }
            if (oddity == Oddity.CILIUM) {
                network.putObject("kubeProxyConfig").put("enabled", false);
            }
        }

        private void addIdentityProfile(ObjectNode properties, SimulatedSubscription subscription, String nodeGroup) {
            properties
                    .putObject("identityProfile")
                    .putObject("kubeletidentity")
                    .put(
                            "resourceId",
                            "/subscriptions/" + subscription.id() + "/resourcegroups/" + nodeGroup
                                    + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + name
                                    + "-agentpool")
                    .put("clientId", guid(random))
                    .put("objectId", guid(random));
        }
    }
}

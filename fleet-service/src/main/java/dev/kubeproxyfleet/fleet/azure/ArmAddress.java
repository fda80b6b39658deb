package dev.kubeproxyfleet.fleet.azure;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The URL of each call. */
final class ArmAddress {

    static final String FEATURE = "Microsoft.ContainerService/KubeProxyConfigurationPreview";
    private static final String SUBSCRIPTIONS_VERSION = "2022-12-01";
    private static final String PROVIDERS_VERSION = "2021-04-01";
    private static final String FEATURES_VERSION = "2021-07-01";
    private static final String PERMISSIONS_VERSION = "2022-04-01";
    private static final String LOCKS_VERSION = "2020-05-01";
    private static final String POLICY_TOKENS_VERSION = "2025-11-01";
    private static final String AKS = "/providers/Microsoft.ContainerService";

    private final URI endpoint;
    private final String apiVersion;

    ArmAddress(URI endpoint, String apiVersion) {
        this.endpoint = endpoint;
        this.apiVersion = apiVersion;
    }

    /** Empty for a link that leads away from the endpoint: the token must not go there. */
    Optional<URI> of(ArmRequest request) {
        return switch (request) {
            case ArmRequest.ListSubscriptions list ->
                list.nextLink() == null
                        ? Optional.of(at("/subscriptions", SUBSCRIPTIONS_VERSION))
                        : link(list.nextLink());
            case ArmRequest.ListClusters list ->
                list.nextLink() == null
                        ? Optional.of(at(
                                "/subscriptions/" + list.subscription()
                                        + "/providers/Microsoft.ContainerService/managedClusters",
                                apiVersion))
                        : link(list.nextLink());
            case ArmRequest.GetCluster get -> Optional.of(at(get.cluster(), apiVersion));
            case ArmRequest.Put put -> Optional.of(of(put));
            case ArmRequest.ListMaintenance list ->
                list.nextLink() == null
                        ? Optional.of(at(list.cluster() + "/maintenanceConfigurations", apiVersion))
                        : link(list.nextLink());
            case ArmRequest.ListUserCredential list ->
                Optional.of(at(list.cluster() + "/listClusterUserCredential", apiVersion));
            case ArmRequest.ReadOperation read -> link(read.url());
            case ArmRequest.ReadProvider read ->
                Optional.of(at("/subscriptions/" + read.subscription() + AKS, PROVIDERS_VERSION));
            case ArmRequest.RegisterProvider register ->
                Optional.of(at("/subscriptions/" + register.subscription() + AKS + "/register", PROVIDERS_VERSION));
            case ArmRequest.ReadFeature read -> Optional.of(at(feature(read.subscription()), FEATURES_VERSION));
            case ArmRequest.RegisterFeature register ->
                Optional.of(at(feature(register.subscription()) + "/register", FEATURES_VERSION));
            case ArmRequest.ListLocks list ->
                list.nextLink() == null
                        ? Optional.of(at(
                                "/subscriptions/" + list.subscription() + "/providers/Microsoft.Authorization/locks",
                                LOCKS_VERSION))
                        : link(list.nextLink());
            case ArmRequest.AcquirePolicyToken acquire ->
                Optional.of(at(
                        "/subscriptions/" + acquire.subscription()
                                + "/providers/Microsoft.Authorization/acquirePolicyToken",
                        POLICY_TOKENS_VERSION));
            case ArmRequest.ReadPermissions read ->
                Optional.of(at(
                        "/subscriptions/" + read.subscription() + "/providers/Microsoft.Authorization/permissions",
                        PERMISSIONS_VERSION));
        };
    }

    URI of(ArmRequest.Put put) {
        return at(put.cluster(), apiVersion);
    }

    private static String feature(String subscription) {
        return "/subscriptions/" + subscription + "/providers/Microsoft.Features/providers/"
                + FEATURE.replace("/", "/features/");
    }

    private URI at(String path, String version) {
        StringBuilder url = new StringBuilder(origin(endpoint));
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                url.append('/')
                        .append(URLEncoder.encode(segment, StandardCharsets.UTF_8)
                                .replace("+", "%20"));
            }
        }
        return URI.create(url.append("?api-version=").append(version).toString());
    }

    private Optional<URI> link(String url) {
        try {
            URI link = endpoint.resolve(url);
            return origin(link).equalsIgnoreCase(origin(endpoint)) ? Optional.of(link) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String origin(URI uri) {
        int port = uri.getPort() == 443 ? -1 : uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + (port < 0 ? "" : ":" + port);
    }
}

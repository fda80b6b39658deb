package dev.kubeproxyfleet.simulator.arm;

import java.util.List;
import java.util.regex.Pattern;

/** Which api-versions each provider knows, and what they can express. */
final class ApiVersions {

    /** Source: folders of Microsoft.ContainerService/aks in Azure's published specifications. */
    static final List<String> CONTAINER_SERVICE = List.of(
            "2026-08-02-preview",
            "2026-08-01",
            "2026-07-02-preview",
            "2026-07-01",
            "2026-06-02-preview",
            "2026-06-01",
            "2026-05-02-preview",
            "2026-05-01",
            "2026-04-02-preview",
            "2026-04-01",
            "2026-03-02-preview",
            "2026-03-01",
            "2026-02-02-preview",
            "2026-02-01",
            "2026-01-02-preview",
            "2026-01-01",
            "2025-10-02-preview",
            "2025-10-01",
            "2025-09-02-preview",
            "2025-09-01",
            "2025-08-02-preview",
            "2025-08-01",
            "2025-07-02-preview",
            "2025-07-01",
            "2025-06-02-preview",
            "2025-05-02-preview",
            "2025-05-01",
            "2025-04-02-preview",
            "2025-04-01",
            "2025-03-02-preview",
            "2025-03-01",
            "2025-02-01",
            "2025-01-01",
            "2024-09-01");

    static final List<String> SUBSCRIPTIONS =
            List.of("2022-12-01", "2022-09-01", "2021-04-01", "2021-01-01", "2020-01-01", "2019-11-01", "2016-06-01");

    static final List<String> RESOURCES = List.of(
            "2025-04-01",
            "2025-03-01",
            "2024-11-01",
            "2024-07-01",
            "2024-03-01",
            "2023-07-01",
            "2022-09-01",
            "2021-04-01",
            "2021-01-01",
            "2020-10-01",
            "2020-06-01",
            "2019-10-01",
            "2019-07-01",
            "2019-05-01",
            "2018-05-01");

    static final List<String> FEATURES = List.of("2021-07-01", "2015-12-01");

    static final List<String> PERMISSIONS = List.of("2022-05-01-preview", "2022-04-01", "2018-07-01", "2015-07-01");

    static final List<String> PROVIDER_OPERATIONS =
            List.of("2022-05-01-preview", "2022-04-01", "2018-01-01-preview", "2017-05-01", "2015-07-01");

    static final List<String> LOCKS = List.of("2020-05-01", "2017-04-01", "2016-09-01");

    static final List<String> POLICY_TOKENS = List.of("2025-12-01-preview", "2025-11-01", "2025-03-01");

    /** The version that AKS writes into its Azure-AsyncOperation links. */
    static final String OPERATIONS = "2016-03-30";

    /** What an api-version looks like. */
    static final Pattern FORM = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(-\\w+)?");

    private static final String FIRST_WITH_NFTABLES = "2025-09-02-preview";

    private ApiVersions() {}

    /** Only previews know kubeProxyConfig. */
    static boolean knowsKubeProxy(String apiVersion) {
        return apiVersion.endsWith("-preview");
    }

    static boolean knowsNftables(String apiVersion) {
        return knowsKubeProxy(apiVersion) && apiVersion.compareTo(FIRST_WITH_NFTABLES) >= 0;
    }
}

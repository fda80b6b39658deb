package dev.kubeproxyfleet.fleet.azure;

import java.net.URI;

/**
 * Azure and its sovereign clouds.
 *
 * <p>Source: {@code az cloud list}, {@code endpoints.resourceManager} and {@code endpoints.activeDirectory}.
 */
public enum AzureCloud {
    PUBLIC("https://management.azure.com", "https://login.microsoftonline.com"),
    US_GOVERNMENT("https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
    CHINA("https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn");

    private final URI endpoint;
    private final URI authority;

    AzureCloud(String endpoint, String authority) {
        this.endpoint = URI.create(endpoint);
        this.authority = URI.create(authority);
    }

    /** Azure Resource Manager's address. */
    URI endpoint() {
        return endpoint;
    }

    /** Microsoft Entra's address. */
    URI authority() {
        return authority;
    }

    /** What a token must be for, whichever way ARM is reached. */
    String scope() {
        return endpoint + "/.default";
    }
}

package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.management.AzureEnvironment;
import java.net.URI;

/** Azure and its sovereign clouds, by the names of {@code kpfleet.azure.cloud}. */
public enum AzureCloud {
    PUBLIC(AzureEnvironment.AZURE),
    US_GOVERNMENT(AzureEnvironment.AZURE_US_GOVERNMENT),
    CHINA(AzureEnvironment.AZURE_CHINA);

    private final URI endpoint;
    private final URI authority;

    AzureCloud(AzureEnvironment environment) {
        this.endpoint = withoutSlash(environment.getResourceManagerEndpoint());
        this.authority = withoutSlash(environment.getActiveDirectoryEndpoint());
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

    private static URI withoutSlash(String url) {
        return URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }
}

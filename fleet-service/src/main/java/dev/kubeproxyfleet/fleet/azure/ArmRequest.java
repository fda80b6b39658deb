package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One call to ARM. */
public sealed interface ArmRequest {

    /** What it is, for budgets and metrics. */
    CallKind kind();

    /** What the calls of one bucket have in common: a cluster, or a subscription with the region where that is known. */
    String scope(Budget.Per per);

    /** @param nextLink null for the first page */
    record ListSubscriptions(@Nullable String nextLink) implements ArmRequest {
        @Override
        public CallKind kind() {
            return CallKind.LIST_SUBSCRIPTIONS;
        }

        @Override
        public String scope(Budget.Per per) {
            return "tenant";
        }
    }

    /** @param nextLink null for the first page */
    record ListClusters(String subscription, @Nullable String nextLink) implements ArmRequest {
        @Override
        public CallKind kind() {
            return CallKind.LIST_CLUSTERS;
        }

        @Override
        public String scope(Budget.Per per) {
            return subscription;
        }
    }

    record GetCluster(String cluster) implements ArmRequest {
        @Override
        public CallKind kind() {
            return CallKind.GET_CLUSTER;
        }

        @Override
        public String scope(Budget.Per per) {
            return ofCluster(cluster, per);
        }
    }

    /**
     * @param eTag what the cluster must still have; null where ARM returned none
     * @param body the whole cluster
     */
    record PutCluster(String cluster, @Nullable String eTag, JsonNode body) implements ArmRequest {
        @Override
        public CallKind kind() {
            return CallKind.PUT_CLUSTER;
        }

        @Override
        public String scope(Budget.Per per) {
            return ofCluster(cluster, per);
        }
    }

    /** @param url as ARM returned it in {@code Azure-AsyncOperation} or {@code Location} */
    record ReadOperation(String subscription, String url) implements ArmRequest {
        private static final Pattern LOCATION = Pattern.compile("/locations/([^/?]+)/", Pattern.CASE_INSENSITIVE);

        @Override
        public CallKind kind() {
            return CallKind.OPERATION_STATUS;
        }

        @Override
        public String scope(Budget.Per per) {
            Matcher location = LOCATION.matcher(url);
            return location.find() ? subscription + "/" + location.group(1).toLowerCase(Locale.ROOT) : subscription;
        }
    }

    /** Reads what {@code Microsoft.ContainerService} offers, api-versions among it. */
    record ReadProvider(String subscription) implements ArmRequest {
        @Override
        public CallKind kind() {
            return CallKind.OTHER;
        }

        @Override
        public String scope(Budget.Per per) {
            return subscription;
        }
    }

    /** Reads the state of {@code Microsoft.ContainerService/KubeProxyConfigurationPreview}. */
    record ReadFeature(String subscription) implements ArmRequest {
        @Override
        public CallKind kind() {
            return CallKind.OTHER;
        }

        @Override
        public String scope(Budget.Per per) {
            return subscription;
        }
    }

    private static String ofCluster(String cluster, Budget.Per per) {
        return switch (per) {
            case CLUSTER -> cluster;
            case SUBSCRIPTION -> Partitioning.subscriptionOf(cluster);
        };
    }
}

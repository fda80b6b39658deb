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

    /** What the calls of one bucket have in common. */
    String scope(Budget.Per per);

    /** What it is about, for logs: a cluster or a subscription. */
    String about();

    /** Whether it changes anything; such a call is never repeated unasked. */
    default boolean writes() {
        return kind().writes();
    }

    /** @param nextLink null for the first page */
    record ListSubscriptions(@Nullable String nextLink) implements ArmRequest {
        @Override
        public CallKind kind() {
            return CallKind.LIST_SUBSCRIPTIONS;
        }

        @Override
        public String scope(Budget.Per per) {
            return about();
        }

        @Override
        public String about() {
            return "tenant";
        }
    }

    /** @param nextLink null for the first page */
    record ListClusters(String subscription, @Nullable String nextLink) implements OfSubscription {
        @Override
        public CallKind kind() {
            return CallKind.LIST_CLUSTERS;
        }
    }

    record GetCluster(String cluster) implements OfCluster {
        @Override
        public CallKind kind() {
            return CallKind.GET_CLUSTER;
        }
    }

    /** Writes a whole cluster. */
    sealed interface Put extends OfCluster {
        JsonNode body();

        /** What Azure Policy has given for exactly this request; null where it did not ask for that. */
        @Nullable
        Secret policyToken();

        /** The same, shown with a token of Azure Policy. */
        Put shownWith(Secret token);

        @Override
        default CallKind kind() {
            return CallKind.PUT_CLUSTER;
        }
    }

    /**
     * @param eTag what the cluster must still have; null where ARM returned none
     * @param body the whole cluster
     */
    record PutCluster(
            String cluster,
            @Nullable String eTag,
            JsonNode body,
            @Nullable Secret policyToken) implements Put {

        PutCluster(String cluster, @Nullable String eTag, JsonNode body) {
            this(cluster, eTag, body, null);
        }

        @Override
        public PutCluster shownWith(Secret token) {
            return new PutCluster(cluster, eTag, body, token);
        }
    }

    /** Refused if there is such a cluster already. */
    record CreateCluster(
            String cluster, JsonNode body, @Nullable Secret policyToken) implements Put {

        CreateCluster(String cluster, JsonNode body) {
            this(cluster, body, null);
        }

        @Override
        public CreateCluster shownWith(Secret token) {
            return new CreateCluster(cluster, body, token);
        }
    }

    /** Has Azure Policy evaluate a request, and asks for the token that lets it pass. It changes nothing. */
    record AcquirePolicyToken(Put request) implements OfSubscription {
        @Override
        public String subscription() {
            return Partitioning.subscriptionOf(request.cluster());
        }

        @Override
        public String about() {
            return request.cluster();
        }

        @Override
        public CallKind kind() {
            return CallKind.POLICY_TOKEN;
        }
    }

    /**
     * @param region of the cluster
     * @param nextLink null for the first page
     */
    record ListMaintenance(
            String cluster, String region, @Nullable String nextLink) implements OfCluster {
        @Override
        public CallKind kind() {
            return CallKind.MAINTENANCE;
        }
    }

    /**
     * Reads how users reach a cluster's Kubernetes API. Where the cluster has no Microsoft Entra integration, the answer makes an
     * administrator of whoever has it.
     *
     * @param region of the cluster
     */
    record ListUserCredential(String cluster, String region) implements OfCluster {
        @Override
        public CallKind kind() {
            return CallKind.USER_CREDENTIAL;
        }
    }

    /** @param url as ARM returned it in {@code Azure-AsyncOperation} or {@code Location} */
    record ReadOperation(String subscription, String url) implements OfSubscription {
        private static final Pattern LOCATION = Pattern.compile("/locations/([^/?]+)/", Pattern.CASE_INSENSITIVE);

        @Override
        public CallKind kind() {
            return CallKind.OPERATION_STATUS;
        }

        @Override
        public String region() {
            Matcher location = LOCATION.matcher(url);
            return location.find() ? location.group(1).toLowerCase(Locale.ROOT) : "";
        }
    }

    /** Reads what {@code Microsoft.ContainerService} offers, api-versions among it. */
    record ReadProvider(String subscription) implements OfSubscription {
        @Override
        public CallKind kind() {
            return CallKind.OTHER;
        }
    }

    /** Makes the provider act by the features that have been registered. */
    record RegisterProvider(String subscription) implements OfSubscription {
        @Override
        public CallKind kind() {
            return CallKind.REGISTER;
        }
    }

    /** Reads the state of {@code Microsoft.ContainerService/KubeProxyConfigurationPreview}. */
    record ReadFeature(String subscription) implements OfSubscription {
        @Override
        public CallKind kind() {
            return CallKind.OTHER;
        }
    }

    /** Asks for {@code Microsoft.ContainerService/KubeProxyConfigurationPreview}; it is Registered minutes later. */
    record RegisterFeature(String subscription) implements OfSubscription {
        @Override
        public CallKind kind() {
            return CallKind.REGISTER;
        }
    }

    /**
     * Lists the management locks on a subscription and on everything in it.
     *
     * @param nextLink null for the first page
     */
    record ListLocks(String subscription, @Nullable String nextLink) implements OfSubscription {
        @Override
        public CallKind kind() {
            return CallKind.OTHER;
        }
    }

    /** Reads what the identity may do in a subscription. */
    record ReadPermissions(String subscription) implements OfSubscription {
        @Override
        public CallKind kind() {
            return CallKind.OTHER;
        }
    }

    /** About a subscription. */
    sealed interface OfSubscription extends ArmRequest {
        String subscription();

        /** Empty where it belongs to none, or to one that is not known. */
        default String region() {
            return "";
        }

        @Override
        default String scope(Budget.Per per) {
            return switch (per) {
                case CLUSTER, SUBSCRIPTION -> subscription();
                case REGION -> subscription() + "/" + region();
            };
        }

        @Override
        default String about() {
            return subscription();
        }
    }

    /** About a cluster. */
    sealed interface OfCluster extends ArmRequest {
        String cluster();

        /** Empty where it is not known. */
        default String region() {
            return "";
        }

        @Override
        default String scope(Budget.Per per) {
            return switch (per) {
                case CLUSTER -> cluster();
                case SUBSCRIPTION -> Partitioning.subscriptionOf(cluster());
                case REGION -> Partitioning.subscriptionOf(cluster()) + "/" + region();
            };
        }

        @Override
        default String about() {
            return cluster();
        }
    }
}

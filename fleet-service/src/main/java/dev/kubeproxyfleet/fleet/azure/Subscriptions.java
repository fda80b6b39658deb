package dev.kubeproxyfleet.fleet.azure;

import java.util.Locale;
import java.util.Set;

/** The fleet's subscriptions, as far as they are known. */
public sealed interface Subscriptions {

    /** The same in words. */
    String NOT_IN_FLEET_MESSAGE = "its subscription is none of those in kpfleet.azure.subscriptions";

    /** @param ids lower case */
    record Known(Set<String> ids) implements Subscriptions {
        public Known {
            ids = Set.copyOf(ids);
        }

        /** @param subscription in any casing */
        public boolean has(String subscription) {
            return ids.contains(subscription.toLowerCase(Locale.ROOT));
        }
    }

    record Unknown(ArmResult.ArmError error) implements Subscriptions {}
}

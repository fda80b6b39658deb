package dev.kubeproxyfleet.fleet.azure;

import java.util.Set;

/** The fleet's subscriptions, as far as they are known. */
public sealed interface Subscriptions {

    /** @param ids lower case */
    record Known(Set<String> ids) implements Subscriptions {
        public Known {
            ids = Set.copyOf(ids);
        }
    }

    record Unknown(ArmResult.ArmError error) implements Subscriptions {}
}

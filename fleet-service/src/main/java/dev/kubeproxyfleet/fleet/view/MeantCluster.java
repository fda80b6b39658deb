package dev.kubeproxyfleet.fleet.view;

import java.util.List;

/** Which cluster a person means by a name or an ARM resource id. */
public sealed interface MeantCluster {

    /** @param id ARM resource id, lower case; whether there is such a cluster is not known for one given as id */
    record One(String id) implements MeantCluster {}

    /** @param ids of all that have the name */
    record Several(List<String> ids) implements MeantCluster {}

    record None() implements MeantCluster {}
}

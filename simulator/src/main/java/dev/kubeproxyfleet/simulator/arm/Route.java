package dev.kubeproxyfleet.simulator.arm;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a path names. Literal segments are compared without regard to case, as ARM does. */
sealed interface Route {

    record Token(String tenant) implements Route {}

    record Subscriptions() implements Route {}

    record Subscription(String subscription) implements Route {}

    record Provider(String subscription) implements Route {}

    record RegisterProvider(String subscription) implements Route {}

    record ClustersOfSubscription(String subscription) implements Route {}

    record ClustersOfGroup(String subscription, String group) implements Route {}

    record Cluster(String subscription, String group, String name) implements Route {}

    record Maintenance(String subscription, String group, String name) implements Route {}

    record Operation(String subscription, String location, String id) implements Route {}

    record Feature(String subscription, String feature) implements Route {}

    record RegisterFeature(String subscription, String feature) implements Route {}

    /** The route of a path; empty if there is nothing there. */
    static Optional<Route> of(String path) {
        List<String> given =
                Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
        for (Template template : Template.ALL) {
            if (template.matches(given)) {
                return Optional.of(template.make(given));
            }
        }
        return Optional.empty();
    }

    /** Lower-case literals, and {@code *} where a name stands. */
    record Template(List<String> parts, java.util.function.Function<List<String>, Route> maker) {

        private static final String AKS = "/providers/microsoft.containerservice";
        private static final String FEATURES =
                "/subscriptions/*/providers/microsoft.features/providers/microsoft.containerservice/features/*";

        static final List<Template> ALL = List.of(
                of("/*/oauth2/v2.0/token", names -> new Token(names.get(0))),
                of("/subscriptions", names -> new Subscriptions()),
                of("/subscriptions/*", names -> new Subscription(names.get(0))),
                of("/subscriptions/*" + AKS, names -> new Provider(names.get(0))),
                of("/subscriptions/*" + AKS + "/register", names -> new RegisterProvider(names.get(0))),
                of("/subscriptions/*" + AKS + "/managedclusters", names -> new ClustersOfSubscription(names.get(0))),
                of(
                        "/subscriptions/*/resourcegroups/*" + AKS + "/managedclusters",
                        names -> new ClustersOfGroup(names.get(0), names.get(1))),
                of(
                        "/subscriptions/*/resourcegroups/*" + AKS + "/managedclusters/*",
                        names -> new Cluster(names.get(0), names.get(1), names.get(2))),
                of(
                        "/subscriptions/*/resourcegroups/*" + AKS + "/managedclusters/*/maintenanceconfigurations",
                        names -> new Maintenance(names.get(0), names.get(1), names.get(2))),
                of(
                        "/subscriptions/*" + AKS + "/locations/*/operations/*",
                        names -> new Operation(names.get(0), names.get(1), names.get(2))),
                of(FEATURES, names -> new Feature(names.get(0), names.get(1))),
                of(FEATURES + "/register", names -> new RegisterFeature(names.get(0), names.get(1))));

        private static Template of(String path, java.util.function.Function<List<String>, Route> maker) {
            return new Template(List.of(path.substring(1).split("/")), maker);
        }

        boolean matches(List<String> given) {
            if (given.size() != parts.size()) {
                return false;
            }
            for (int i = 0; i < parts.size(); i++) {
                if (!parts.get(i).equals("*")
                        && !parts.get(i).equals(given.get(i).toLowerCase(Locale.ROOT))) {
                    return false;
                }
            }
            return true;
        }

        Route make(List<String> given) {
            return maker.apply(java.util.stream.IntStream.range(0, parts.size())
                    .filter(i -> parts.get(i).equals("*"))
                    .mapToObj(given::get)
                    .toList());
        }
    }
}

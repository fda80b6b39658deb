package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.kubernetes.KnownFleet;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;

/** What the read model knows, for the watcher of the clusters' Kubernetes APIs. */
@Singleton
class WatchedFleet implements KnownFleet {

    private final FleetView view;

    WatchedFleet(FleetView view) {
        this.view = view;
    }

    @Override
    public boolean isKnown() {
        return view.caughtUp();
    }

    @Override
    public Set<String> watchedFirst() {
        return view.inHand();
    }

    @Override
    public Optional<ClusterKubernetes> published(String cluster) {
        return view.kubernetes(cluster);
    }
}

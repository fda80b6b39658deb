package dev.kubeproxyfleet.fleet.creation;

import dev.kubeproxyfleet.fleet.azure.AuditLog;
import dev.kubeproxyfleet.fleet.azure.ClusterCreation;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.view.FleetView;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Puts the parts of the package together that know nothing of their surroundings. */
final class CreationBeans {

    CreationBeans() {}

    @Produces
    @Singleton
    static NewClusters newClusters(ClusterCreation creation, AuditLog audit, FleetView view, InstantSource clock) {
        return new NewClusters(view, creation::create, audit::write, Pause.REAL, clock);
    }
}

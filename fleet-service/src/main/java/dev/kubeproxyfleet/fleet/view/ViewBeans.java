package dev.kubeproxyfleet.fleet.view;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the read model together, which knows nothing of its surroundings. */
@ApplicationScoped
class ViewBeans {

    @Produces
    @Singleton
    FleetView view(Notice.Listener streams, AuditListener requests, ViewSettings settings) {
        return new FleetView(streams, requests, settings.historyPoints(), settings.auditRecords());
    }
}

package dev.kubeproxyfleet.fleet.view;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What the read model keeps in memory. */
@ConfigMapping(prefix = "kpfleet.api")
interface ViewSettings {

    /** Points of health history kept in memory for each cluster. */
    @WithDefault("360")
    int historyPoints();

    /** Audit records kept in memory, the newest ones. */
    @WithDefault("1000")
    int auditRecords();
}

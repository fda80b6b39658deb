package dev.kubeproxyfleet.fleet.inventory;

import com.azure.resourcemanager.containerservice.fluent.models.MaintenanceConfigurationInner;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Pager;
import dev.kubeproxyfleet.fleet.azure.SdkModels;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/** Reads the maintenance windows of a subscription's clusters, as far as they are due, into their cache. */
final class MaintenancePoller {

    /** A cluster has three maintenance configurations at most. */
    static final int MAX_PAGES = 3;

    private static final int NOT_FOUND = 404;

    private static final Logger LOG = Logger.getLogger(MaintenancePoller.class);

    private final MaintenanceCache cache;
    private final Azure azure;
    private final InventorySettings settings;
    private final Timing timing;

    MaintenancePoller(MaintenanceCache cache, Azure azure, InventorySettings settings, Timing timing) {
        this.cache = cache;
        this.azure = azure;
        this.settings = settings;
        this.timing = timing;
    }

    /**
     * One call after the other, each for one cluster.
     *
     * @param goesOn asked before each call
     * @return whether any windows are other than they were; false where it did not go on to the end
     */
    boolean read(BooleanSupplier goesOn) {
        boolean changed = false;
        for (MaintenanceCache.Due due : cache.due(timing.now())) {
            if (!goesOn.getAsBoolean()) {
                return false;
            }
            Optional<List<MaintenanceWindow>> windows = windows(due);
            Instant now = timing.now();
            if (windows.isPresent()) {
                changed |= cache.read(due, windows.get(), now.plus(timing.jittered(settings.maintenanceInterval())));
            } else {
                cache.failed(due, settings.maintenanceRetry(), now);
            }
        }
        return changed;
    }

    private Optional<List<MaintenanceWindow>> windows(MaintenanceCache.Due due) {
        Pager.Listed<MaintenanceConfigurationInner> configurations = Pager.list(
                azure::call,
                link -> new ArmRequest.ListMaintenance(due.cluster(), due.region(), link),
                MAX_PAGES,
                json -> SdkModels.read(json, MaintenanceConfigurationInner::fromJson));
        ArmResult.ArmError error = configurations.error();
        if (error != null) {
            // A cluster that has gone since it was listed.
            if (error.status() != NOT_FOUND) {
                LOG.warnf(
                        "maintenance windows not read cluster=%s code=%s message=%s",
                        due.cluster(), error.code(), error.message());
            }
            return Optional.empty();
        }
        Optional<List<MaintenanceWindow>> windows = MaintenanceReader.read(configurations.items());
        if (windows.isEmpty()) {
            LOG.warnf("maintenance windows are not what this version knows cluster=%s", due.cluster());
        }
        return windows;
    }
}

package dev.kubeproxyfleet.fleet.azure;

import java.util.Locale;

/** ARM's {@code provisioningState}, by what it means for a writer. */
enum ProvisioningState {
    SUCCEEDED,
    /** Failed or Canceled: nothing runs, and what is stored need not be what the nodes have. */
    BROKEN,
    /** Something runs, or a text that this version does not know: not ready. */
    BUSY;

    static ProvisioningState of(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "succeeded" -> SUCCEEDED;
            case "failed", "canceled" -> BROKEN;
            default -> BUSY;
        };
    }
}

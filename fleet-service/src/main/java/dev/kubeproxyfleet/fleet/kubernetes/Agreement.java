package dev.kubeproxyfleet.fleet.kubernetes;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Whether what is kept of a cluster is what its API answers now. A watch may have ended without anybody having told; what it kept is
 * of another time then.
 */
final class Agreement {

    private Agreement() {}

    /**
     * Compares the DaemonSet itself, and the pods with the numbers that its controller counts.
     *
     * @param answered the DaemonSet as the API answers it now; null if there is none
     * @param pods of nodes that are there; null if they may not be read, so that nothing is kept of them
     */
    static boolean holds(
            Kept.@Nullable DaemonSet answered,
            Kept.@Nullable DaemonSet kept,
            @Nullable Collection<Kept.Pod> pods,
            @Nullable String newestHash) {
        if (answered == null || kept == null) {
            return answered == null && kept == null;
        }
        if (!answered.resourceVersion().equals(kept.resourceVersion())) {
            return false;
        }
        if (pods == null) {
            return true;
        }
        // Of the pods that run where none should the controller counts none.
        return counts(answered, answered.ready(), (int)
                        pods.stream().filter(Kept.Pod::ready).count())
                && (newestHash == null
                        || !answered.isObserved()
                        || counts(answered, answered.updated(), (int) pods.stream()
                                .filter(pod -> pod.hash().equals(newestHash))
                                .count()));
    }

    private static boolean counts(Kept.DaemonSet set, int counted, int kept) {
        return counted <= kept && kept <= counted + set.misscheduled();
    }
}

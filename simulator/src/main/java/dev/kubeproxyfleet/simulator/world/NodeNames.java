package dev.kubeproxyfleet.simulator.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names of Kubernetes nodes in the form that AKS gives them. The same cluster and pool make the same names. */
public final class NodeNames {

    private static final int BASE = 36;
    private static final int INSTANCE_DIGITS = 6;
    private static final int SMALLEST_SCALE_SET = 10_000_000;
    private static final long SCALE_SETS = 80_000_000;
    private static final int SUFFIX_DIGITS = 5;
    private static final long SUFFIXES = 60_466_176; // 36 to the power of SUFFIX_DIGITS

    private NodeNames() {}

    /**
     * Names of all nodes of a cluster.
     *
     * @param clusterId in lower case
     * @param byPool number of nodes by the pool's name
     * @param autoprovisioned number of nodes that no pool counts
     */
    public static List<String> of(String clusterId, Map<String, Integer> byPool, int autoprovisioned) {
        List<String> names = new ArrayList<>();
        byPool.forEach((pool, count) -> {
            String scaleSet = "aks-" + pool + "-" + scaleSet(clusterId, pool) + "-vmss";
            for (int i = 0; i < count; i++) {
                // A scale set numbers its instances in base 36, six characters long.
                names.add(scaleSet + digits(i, INSTANCE_DIGITS));
            }
        });
        for (int i = 0; i < autoprovisioned; i++) {
            // Each is a machine of its own; the factor shares no divisor with SUFFIXES, so no suffix comes twice.
            long suffix = Math.floorMod(hash(clusterId) + i * 7_654_321L, SUFFIXES);
            names.add("aks-default-" + digits(suffix, SUFFIX_DIGITS));
        }
        return names;
    }

    private static int scaleSet(String clusterId, String pool) {
        return SMALLEST_SCALE_SET + (int) Math.floorMod(hash(clusterId + "/" + pool), SCALE_SETS);
    }

    private static long hash(String text) {
        // The multiplier of Knuth's linear congruential generator: hash codes of similar texts are close to each other.
        return text.hashCode() * 6_364_136_223_846_793_005L >>> 16;
    }

    private static String digits(long number, int width) {
        String digits = Long.toString(number, BASE);
        return "0".repeat(width - digits.length()) + digits;
    }
}

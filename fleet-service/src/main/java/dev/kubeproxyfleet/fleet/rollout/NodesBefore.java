package dev.kubeproxyfleet.fleet.rollout;

import java.util.Map;

/**
 * What the nodes of a cluster showed when its rollout was about to write to it for the first time: none of that is the change's
 * doing.
 *
 * @param reporting nodes that were heard then; of others nobody knows what they showed
 * @param codes see {@link Evidence#evidenceCodes()}
 * @param missedServices whether nodes had hardly ever reached cluster DNS within the hour before
 */
public record NodesBefore(int reporting, Map<String, Integer> codes, boolean missedServices) {

    /** Nobody knows. */
    public static final NodesBefore UNKNOWN = new NodesBefore(0, Map.of(), false);

    public NodesBefore {
        codes = Map.copyOf(codes);
    }

    static NodesBefore of(Evidence evidence) {
        return new NodesBefore(evidence.nodesReporting(), evidence.evidenceCodes(), evidence.missesServices());
    }

    /**
     * How many nodes have come to show a code at least: each of those that were not heard before may have shown it already.
     *
     * @param now how many show it
     * @param counted nodes that the cluster has
     */
    int more(String code, int now, int counted) {
        int unheard = Math.max(0, counted - reporting);
        return Math.max(0, now - codes.getOrDefault(code, 0) - unheard);
    }
}

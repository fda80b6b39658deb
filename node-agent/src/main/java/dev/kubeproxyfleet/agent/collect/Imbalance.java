package dev.kubeproxyfleet.agent.collect;

/** How unevenly connections are spread over the backends of a service. */
final class Imbalance {

    /**
     * Connections that a service needs per backend before an imbalance is told. Below it the last few connections decide: AKS
     * documents the same of LeastConnection with fewer connections than twice the nodes.
     */
    static final int MINIMUM_SAMPLE_PER_BACKEND = 10;

    /** Upper bounds of the histogram's buckets but the last. */
    private static final double[] BOUNDS = {1.1, 1.25, 1.5, 2, 3, 5};

    static final int BUCKETS = BOUNDS.length + 1;

    private Imbalance() {}

    /**
     * Largest share of one backend over its fair share by weight. Backends of weight 0 take no new connections and are left out.
     *
     * @return 1 is even; NaN with fewer than two backends or fewer than {@link #MINIMUM_SAMPLE_PER_BACKEND} connections each
     */
    static double of(int[] weights, long[] connections, int count) {
        int eligible = 0;
        long totalWeight = 0;
        long total = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                eligible++;
                totalWeight += weights[i];
                total += connections[i];
            }
        }
        if (eligible < 2 || total < (long) eligible * MINIMUM_SAMPLE_PER_BACKEND) {
            return Double.NaN;
        }
        double worst = 0;
        for (int i = 0; i < count; i++) {
            if (weights[i] > 0) {
                worst = Math.max(worst, (double) connections[i] / total * ((double) totalWeight / weights[i]));
            }
        }
        return worst;
    }

    /** Index in a histogram of {@link #BUCKETS}. */
    static int bucket(double imbalance) {
        int bucket = 0;
        while (bucket < BOUNDS.length && imbalance > BOUNDS[bucket]) {
            bucket++;
        }
        return bucket;
    }
}

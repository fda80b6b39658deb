package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** How the schedulers spread connections over backends of which one is slow. */
class SpreadProperties {

    private static final int MINUTES = 20;

    /** The first service of a plan on port 443 with three backends: ingress. */
    private static final int INGRESS = 3;

    private static final int DNS = 1;

    @Property(tries = 40)
    void leastConnectionKeepsActiveConnectionsEvenAndRoundRobinDoesNot(@ForAll long seed) {
        double roundRobin = meanImbalance(seed, IpvsScheduler.RoundRobin);
        double leastConnection = meanImbalance(seed, IpvsScheduler.LeastConnection);

        assertThat(leastConnection).isLessThan(1.25);
        assertThat(roundRobin).isGreaterThan(1.5);
    }

    @Property(tries = 40)
    void roundRobinSpreadsNewConnectionsEvenly(@ForAll long seed) {
        IpvsTable table = table(seed, IpvsScheduler.RoundRobin);
        table.advance(MINUTES * 60_000L);

        // Flows of one timeout's length, none of which has ended: their number is the number of arrivals.
        List<Integer> flows = IpvsText.services(table.table()).get(DNS).inactive();
        assertThat(Collections.max(flows) - Collections.min(flows)).isLessThanOrEqualTo(1);
    }

    @Property(tries = 20)
    void noCounterGoesBackwardsAndNoConnectionIsNegative(@ForAll long seed, @ForAll IpvsScheduler scheduler) {
        IpvsTable table = table(seed, scheduler);
        long before = 0;
        for (int second = 1; second <= 600; second += 7) {
            table.advance(second * 1_000L);
            long connections = Long.parseLong(
                    table.stats()
                            .lines()
                            .skip(2)
                            .findFirst()
                            .orElseThrow()
                            .trim()
                            .split(" +")[0],
                    16);
            assertThat(connections).isGreaterThanOrEqualTo(before);
            before = connections;
            assertThat(IpvsText.services(table.table())).allSatisfy(service -> {
                assertThat(service.active()).allMatch(count -> count >= 0);
                assertThat(service.inactive()).allMatch(count -> count >= 0);
            });
        }
        assertThat(before).isPositive();
    }

    @Property(tries = 5)
    void longTimeoutsDoNotCostUnboundedMemory(@ForAll long seed) {
        IpvsTable table = new IpvsTable(ServicePlan.of(seed), seed, 0);
        table.configure(new IpvsConfig(IpvsScheduler.RoundRobin, null, Integer.MAX_VALUE, Integer.MAX_VALUE));
        table.advance(6 * 3_600_000L);

        assertThat(table.connections()).isEqualTo(IpvsTable.MAX_CONNECTIONS);
    }

    private static IpvsTable table(long seed, IpvsScheduler scheduler) {
        IpvsTable table = new IpvsTable(ServicePlan.of(seed), seed, 0);
        table.configure(new IpvsConfig(scheduler, null, null, null));
        return table;
    }

    private static double meanImbalance(long seed, IpvsScheduler scheduler) {
        IpvsTable table = table(seed, scheduler);
        table.advance(5 * 60_000L);
        List<Double> imbalances = new ArrayList<>();
        for (int minute = 6; minute <= MINUTES; minute++) {
            table.advance(minute * 60_000L);
            List<Integer> active = IpvsText.services(table.table()).get(INGRESS).active();
            int sum = active.stream().mapToInt(Integer::intValue).sum();
            imbalances.add((double) Collections.max(active) * active.size() / Math.max(1, sum));
        }
        return imbalances.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}

package dev.kubeproxyfleet.fleet.kubernetes;

import static dev.kubeproxyfleet.fleet.kubernetes.Objects.IPVS;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.NEW;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.OLD;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.daemonSet;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.pod;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgreementTest {

    private static final Kept.DaemonSet SET = daemonSet(2);
    private static final List<Kept.Pod> PODS = List.of(pod(0), pod(1));

    @Test
    void holdsWhereBothShowTheSame() {
        assertThat(Agreement.holds(SET, SET, PODS, NEW)).isTrue();
        assertThat(Agreement.holds(null, null, List.of(), null)).isTrue();
    }

    @Test
    void aDaemonSetOfAnotherVersionDisagrees() {
        Kept.DaemonSet later = new Kept.DaemonSet("78", 3, 3, 2, 0, 2, 2, 2, IPVS);

        assertThat(Agreement.holds(later, SET, PODS, NEW)).isFalse();
        assertThat(Agreement.holds(null, SET, PODS, NEW)).isFalse();
        assertThat(Agreement.holds(SET, null, PODS, NEW)).isFalse();
    }

    @Test
    void podsThatTheControllerCountsOtherwiseDisagree() {
        assertThat(Agreement.holds(SET, SET, List.of(pod(0), pod(1, NEW, false)), NEW))
                .isFalse();
        assertThat(Agreement.holds(SET, SET, List.of(pod(0), pod(1, OLD, true)), NEW))
                .isFalse();
        assertThat(Agreement.holds(SET, SET, List.of(pod(0)), NEW)).isFalse();
    }

    @Test
    void podsWhereNoneShouldRunMayBeCountedOrNot() {
        Kept.DaemonSet one = new Kept.DaemonSet("77", 3, 3, 1, 1, 1, 1, 1, IPVS);

        assertThat(Agreement.holds(one, one, PODS, NEW)).isTrue();
        assertThat(Agreement.holds(one, one, List.of(pod(0), pod(1), pod(2)), NEW))
                .isFalse();
    }

    @Test
    void beforeItIsObservedTheNumberOfUpdatedPodsIsOfTheRevisionBefore() {
        Kept.DaemonSet begun = new Kept.DaemonSet("77", 4, 3, 2, 0, 2, 2, 2, IPVS);
        List<Kept.Pod> old = List.of(pod(0, OLD, true), pod(1, OLD, true));

        assertThat(Agreement.holds(begun, begun, old, NEW)).isTrue();
    }

    @Test
    void podsThatMayNotBeReadAreNotCompared() {
        assertThat(Agreement.holds(SET, SET, null, NEW)).isTrue();
    }
}

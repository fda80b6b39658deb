package dev.kubeproxyfleet.schemas.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountTest {

    @Test
    void onlyOneIsSingular() {
        assertThat(Count.of(0, "cluster")).isEqualTo("0 clusters");
        assertThat(Count.of(1, "cluster")).isEqualTo("1 cluster");
        assertThat(Count.of(2, "cluster")).isEqualTo("2 clusters");
        assertThat(Count.of(1, "was skipped", "were skipped")).isEqualTo("1 was skipped");
        assertThat(Count.of(3, "was skipped", "were skipped")).isEqualTo("3 were skipped");
    }
}

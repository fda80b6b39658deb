package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which clusters a selector means. */
class SelectionTest {

    @ParameterizedTest
    @CsvSource({
        ">=1.27 <1.40,  1.33.2,      true",
        ">=1.27 <1.33,  1.33.0,      false",
        ">1.33,         1.33.9,      false",
        ">1.33,         1.34.0,      true",
        "<=1.33,        1.33.9,      true",
        "1.33,          1.33.2,      true",
        "=1.33.2,       1.33.2,      true",
        "=1.33.2,       1.33.3,      false",
        ">=1.33.5,      1.33.4,      false",
        ">=1.33.5,      1.33.10,     true",
        ">=1.33.5,      1.34.0,      true",
        "<1.33.5,       1.33.4,      true",
        "<1.33.5,       1.32.9,      true",
        ">1.9,          1.10.0,      true",
        ">=1.33.5,      1.33,        false",
        "<1.33.5,       1.33,        false",
        ">=1.33,        1.33,        true",
        ">=1.33.5,      1.33.5-rc.1, true",
        ">=1.27,        unknown,     false",
        ">=1.27,        '',          false"
    })
    void aVersionRangeIsAsExactAsItsBounds(String range, String version, boolean selected) {
        Selector selector =
                new Selector(List.of(), List.of(), List.of(), List.of(), List.of(), Selector.Tags.NONE, range);

        assertThat(new Selection(selector).test(running(version))).isEqualTo(selected);
    }

    @Test
    void allPartsMustMatch() {
        Selector selector = new Selector(
                List.of(Fleets.SUBSCRIPTION),
                List.of("RG"),
                List.of("WestEurope"),
                List.of("PROD-*"),
                List.of(Fleets.id(1).toUpperCase(Locale.ROOT)),
                new Selector.Tags(
                        Map.of("env", "prod"),
                        List.of(new Selector.Expression("tier", Selector.Operator.DoesNotExist, List.of()))),
                ">=1.33");

        assertThat(new Selection(selector).test(Fleets.cluster(1))).isTrue();
        assertThat(new Selection(selector).test(Fleets.cluster(2))).isFalse();
        assertThat(new Selection(selector)
                        .test(Fleets.tagged(Fleets.cluster(1), Map.of("env", "prod", "tier", "gold"))))
                .isFalse();
        assertThat(new Selection(Selector.EMPTY).test(Fleets.cluster(1)))
                .as("nothing given selects nothing")
                .isFalse();
    }

    private static ClusterRecord running(String version) {
        ClusterRecord cluster = Fleets.cluster(1);
        return ClusterRecords.of(cluster).kubernetesVersion(version).build();
    }
}

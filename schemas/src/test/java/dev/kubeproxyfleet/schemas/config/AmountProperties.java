package dev.kubeproxyfleet.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kubeproxyfleet.schemas.json.Json;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class AmountProperties {

    @Property
    void whatIsWrittenParsesBackEqual(@ForAll("amounts") Amount amount) throws Exception {
        assertThat(Amount.parse(amount.written())).isEqualTo(amount);
        assertThat(Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(amount), Amount.class))
                .isEqualTo(amount);
    }

    @Property
    void aPercentageRoundsDownHoweverLargeTheFleet(
            @ForAll @IntRange(max = 100) int percent, @ForAll @IntRange int total) {
        int expected = BigInteger.valueOf(total)
                .multiply(BigInteger.valueOf(percent))
                .divide(BigInteger.valueOf(100))
                .intValueExact();

        assertThat(Amount.percent(percent).roundedDown(total)).isEqualTo(expected);
    }

    @Property
    void anAbsoluteNumberIsItselfWhateverTheFleet(@ForAll @IntRange int clusters, @ForAll @IntRange int total) {
        assertThat(Amount.of(clusters).roundedDown(total)).isEqualTo(clusters);
    }

    @Property
    void whatIsNeitherNumberNorPercentageIsRefused(@ForAll("notAmounts") String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Amount.parse(text));
    }

    @Provide
    Arbitrary<Amount> amounts() {
        return FleetConfigArbitraries.amounts();
    }

    @Provide
    Arbitrary<String> notAmounts() {
        return Arbitraries.of("", "%", "-1", "-1%", "101%", "1.5", "5 clusters", "99999999999", "5%%", "null");
    }
}

package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterTokensTest {

    private final VirtualTime time = new VirtualTime();
    private final Deque<String> entra = new ArrayDeque<>(List.of("first", "second", "third"));
    private final ClusterTokens tokens = ArmParts.tokens(entra::remove, time);

    @Test
    void aTokenIsKeptAsLongAsItLasts() throws Exception {
        assertThat(tokens.token()).isEqualTo("first");
        time.advance(ArmParts.TOKEN_LIFE.minus(ClusterTokens.MARGIN));
        assertThat(tokens.token()).isEqualTo("first");
        time.advance(Duration.ofSeconds(1));
        assertThat(tokens.token()).isEqualTo("second");
    }

    @Test
    void aTokenThatWasRefusedIsNotGivenOutAgain() throws Exception {
        String refused = tokens.token();
        tokens.refused(refused);
        assertThat(tokens.token()).isEqualTo("second");

        // Another cluster says the same of the same token, late.
        tokens.refused(refused);
        assertThat(tokens.token()).isEqualTo("second");
    }

    @Test
    void afterAFailureEntraIsLeftAloneForAWhile() throws Exception {
        Deque<String> down = new ArrayDeque<>();
        ClusterTokens failing = ArmParts.tokens(
                () -> {
                    if (down.isEmpty()) {
                        throw new IllegalStateException("AADSTS700016: no such application\nTrace ID: 1");
                    }
                    return down.remove();
                },
                time);
        assertThatThrownBy(failing::token)
                .isInstanceOf(ClusterTokens.Unavailable.class)
                .hasMessage("AADSTS700016: no such application");

        down.add("first");
        assertThatThrownBy(failing::token).isInstanceOf(ClusterTokens.Unavailable.class);
        time.advance(ClusterTokens.PAUSE);
        assertThat(failing.token()).isEqualTo("first");
    }
}

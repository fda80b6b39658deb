package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.collect.ConntrackTotals.Totals;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConntrackTotalsTest {

    private final ConntrackTotals totals = new ConntrackTotals();

    @Test
    void sumsOverCpus() {
        assertThat(update("boot", "00000002 00000001", "0000000f 00000000")).isEqualTo(new Totals(17L, 1L));
    }

    @Test
    void goesOnCountingWhereACpuWrapped() {
        update("boot", "fffffff0 00000000", "00000005 00000000");

        assertThat(update("boot", "00000010 00000000", "00000006 00000000"))
                .isEqualTo(new Totals(0x100000010L + 6, 0L));
        assertThat(update("boot", "00000011 00000000", "00000006 00000000"))
                .isEqualTo(new Totals(0x100000011L + 6, 0L));
    }

    @Test
    void beginsAnewWithABootOrWhenTheModuleWasLoadedAnew() {
        update("boot", "fffffff0 00000000");
        update("boot", "00000010 00000000");

        assertThat(update("boot", "00000003 00000000")).isEqualTo(new Totals(3L, 0L));
        update("boot", "fffffff0 00000000");
        assertThat(update("other", "00000001 00000000")).isEqualTo(new Totals(1L, 0L));
    }

    @Test
    void tellsNothingOfAColumnThatIsNotThere() {
        ProcBuffer buffer = buffer("entries insert_failed\n00000001 00000002\n");

        assertThat(totals.update(new Tokens(), buffer, "boot")).isEqualTo(new Totals(2L, null));
        assertThat(totals.update(new Tokens(), buffer(""), "boot")).isEqualTo(new Totals(null, null));
    }

    private Totals update(String boot, String... cpus) {
        return totals.update(new Tokens(), buffer("insert_failed drop\n" + String.join("\n", cpus) + "\n"), boot);
    }

    private static ProcBuffer buffer(String text) {
        ProcBuffer buffer = new ProcBuffer();
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        buffer.append(bytes, 0, bytes.length);
        return buffer;
    }
}

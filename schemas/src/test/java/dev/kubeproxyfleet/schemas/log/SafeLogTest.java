package dev.kubeproxyfleet.schemas.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Formatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

class SafeLogTest {

    private static final String FORGED = "x\r\n2026-01-01 00:00:00 ERROR all is lost\u001b[2J\u009b31m\u2028\u202e";

    @Test
    void whatWasReceivedIsNoLineOfItsOwnAndCommandsNoTerminal() {
        String line = text("rejected topic=%s: %s", "desired", FORGED);

        assertThat(line)
                .isEqualTo("WARN c rejected topic=desired: x\\r\\n2026-01-01 00:00:00 ERROR all is lost"
                        + "\\u001b[2J\\u009b31m\\u2028\\u202e\n");
    }

    @Test
    void wordsOfExceptionsAreEscapedAndTheirFramesKept() {
        ExtLogRecord logged = logged("failed");
        IllegalStateException cause = new IllegalStateException(FORGED);
        RuntimeException thrown = new RuntimeException("outer\n" + FORGED, cause);
        thrown.addSuppressed(new RuntimeException(FORGED));
        logged.setThrown(thrown);

        String written = new SafeLog(new PatternFormatter("%p %m%n%e")).format(logged);

        assertThat(written)
                .contains("RuntimeException: outer\\nx\\r\\n2026")
                .contains("IllegalStateException: x\\r\\n")
                .contains("SafeLogTest")
                .doesNotContain("\u001b")
                .doesNotContain("\r");
        assertThat(written.lines()).noneMatch(line -> line.startsWith("2026"));
    }

    @Test
    void harmlessTextIsAsItWas() {
        assertThat(text("cluster=%s ist größer, 日本", "a")).isEqualTo("WARN c cluster=a ist größer, 日本\n");
    }

    @Test
    void jsonIsOneLineWithoutRawControlCharactersAndKeepsItsMembers() {
        ExtLogRecord logged = logged("rejected topic=%s: %s", "desired", FORGED);
        String line = new SafeLog(new JsonLog()).format(logged);

        assertThat(line).contains("\"topic\":\"desired\"").endsWith("}\n");
        assertThat(line.strip().chars()).noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x202e);
        assertThat(line).contains("\\u009b31m");
    }

    private static String text(String format, Object... arguments) {
        Formatter form = new PatternFormatter("%p c %m%n");
        return new SafeLog(form).format(logged(format, arguments)).replace(System.lineSeparator(), "\n");
    }

    private static ExtLogRecord logged(String format, Object... arguments) {
        ExtLogRecord logged = new ExtLogRecord(Level.WARN, format, FormatStyle.PRINTF, SafeLogTest.class.getName());
        logged.setParameters(arguments);
        return logged;
    }
}

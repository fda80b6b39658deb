package dev.kubeproxyfleet.schemas.log;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.LogContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes what others sent so that it cannot pass for something else: control characters, line breaks and what changes the direction of
 * text are shown as escapes, in messages and in those of exceptions. A log line is one line, but for the frames of a stack trace.
 */
public final class SafeLog extends ExtFormatter {

    /** Causes and suppressed exceptions within each other that are shown. */
    private static final int MAX_DEPTH = 20;

    private final Formatter form;

    /** @param form how a record is written that is safe to write */
    SafeLog(Formatter form) {
        this.form = form;
    }

    /** Lets every handler of this process write so from now on, each in the form that it has; once is enough. */
    public static void onEveryHandler() {
        onEvery(LogContext.getLogContext().getLogger("").getHandlers());
    }

    private static void onEvery(Handler[] handlers) {
        for (Handler handler : handlers) {
            if (handler.getFormatter() != null && !(handler.getFormatter() instanceof SafeLog)) {
                handler.setFormatter(new SafeLog(handler.getFormatter()));
            }
            if (handler instanceof ExtHandler parent) {
                onEvery(parent.getHandlers());
            }
        }
    }

    @Override
    public String format(ExtLogRecord logged) {
        if (form instanceof JsonLog json) {
            // It needs the format and its arguments apart, and escapes what it writes.
            return json.format(logged);
        }
        ExtLogRecord safe = ExtLogRecord.wrap(new ExtLogRecord(
                logged.getLevel(),
                escaped(String.valueOf(logged.getFormattedMessage())),
                ExtLogRecord.FormatStyle.NO_FORMAT,
                logged.getLoggerClassName()));
        safe.setLoggerName(logged.getLoggerName());
        safe.setInstant(logged.getInstant());
        safe.setThreadName(logged.getThreadName());
        safe.setLongThreadID(logged.getLongThreadID());
        safe.setSequenceNumber(logged.getSequenceNumber());
        safe.setMdc(logged.getMdcCopy());
        safe.setNdc(logged.getNdc() == null ? "" : logged.getNdc());
        safe.setHostName(logged.getHostName());
        safe.setProcessName(logged.getProcessName());
        safe.setProcessId(logged.getProcessId());
        if (logged.getThrown() != null) {
            safe.setThrown(shown(logged.getThrown(), 0, Collections.newSetFromMap(new IdentityHashMap<>())));
        }
        return form.format(safe);
    }

    /** {@code text} with escapes in the place of every character that a terminal or a reader of lines would obey. */
    static String escaped(String text) {
        if (text.codePoints().noneMatch(SafeLog::isObeyed)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                default -> {
                    if (isObeyed(c)) {
                        escaped.append("\\u%04x".formatted(c));
                    } else {
                        escaped.appendCodePoint(c);
                    }
                }
            }
        });
        return escaped.toString();
    }

    private static boolean isObeyed(int c) {
        return Character.isISOControl(c)
                || switch (Character.getType(c)) {
                    case Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE -> true;
                    default -> false;
                };
    }

    private static @Nullable Throwable shown(Throwable thrown, int depth, Set<Throwable> seen) {
        if (depth > MAX_DEPTH || !seen.add(thrown)) {
            return null;
        }
        Throwable cause = thrown.getCause();
        Shown shown = new Shown(thrown, cause == null ? null : shown(cause, depth + 1, seen));
        for (Throwable each : thrown.getSuppressed()) {
            Throwable suppressed = shown(each, depth + 1, seen);
            if (suppressed != null) {
                shown.addSuppressed(suppressed);
            }
        }
        return shown;
    }

    /** An exception as it is printed, its words escaped. */
    private static final class Shown extends Throwable {
        private static final long serialVersionUID = 1;
        private final String words;

        Shown(Throwable thrown, @Nullable Throwable cause) {
            super(null, cause, true, true);
            this.words = escaped(thrown.toString());
            setStackTrace(thrown.getStackTrace());
        }

        @Override
        public String toString() {
            return words;
        }
    }
}

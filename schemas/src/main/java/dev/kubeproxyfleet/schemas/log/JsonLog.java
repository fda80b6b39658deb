package dev.kubeproxyfleet.schemas.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line: {@code timestamp}, {@code level}, {@code loggerName}, {@code threadName}, {@code message},
 * {@code mdc} and {@code stackTrace} where there are any, and every {@code key=%s} of the message's format whose key is in
 * {@link #KEYS}, a number where the argument is a whole one.
 *
 * <p>Only the format is searched, never what is put into it, so no received text can forge a member. Written with Jackson: JBoss'
 * own formatter needs jakarta.json beside it, which Quarkus' class loading keeps from it.
 */
public final class JsonLog extends ExtFormatter {

    /** The keys that log messages use, always in this spelling. */
    public static final Set<String> KEYS = Set.of(
            "cluster",
            "rollout",
            "stage",
            "node",
            "generation",
            "attempt",
            "subscription",
            "topic",
            "partition",
            "offset",
            "code");

    /** A conversion of {@link java.util.Formatter}, and the key right before it. */
    private static final Pattern CONVERSION =
            Pattern.compile("(?:\\b(\\w+)=)?%(?:(\\d+)\\$)?[-#+ 0,(]*\\d*(?:\\.\\d+)?([a-zA-Z%])");

    /** Jackson escapes what JSON must not hold; these may stand in JSON, and a terminal obeys them or shows them as line breaks. */
    private static final Pattern ESCAPING =
            Pattern.compile("[\\x7f-\\x9f\\u2028\\u2029\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff]");

    /** Lets every console handler of this process write JSON from now on. */
    public static void onConsole() {
        onConsole(LogContext.getLogContext().getLogger("").getHandlers());
    }

    private static void onConsole(Handler[] handlers) {
        for (Handler handler : handlers) {
            if (handler instanceof ConsoleHandler console) {
                console.setFormatter(new JsonLog());
            } else if (handler instanceof ExtHandler parent) {
                onConsole(parent.getHandlers());
            }
        }
    }

    @Override
    public String format(ExtLogRecord logged) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("timestamp", logged.getInstant().toString());
        line.put("level", logged.getLevel().getName());
        line.put("loggerName", logged.getLoggerName());
        line.put("threadName", logged.getThreadName());
        line.put("message", logged.getFormattedMessage());
        members(logged.getMessage(), logged.getFormatStyle(), logged.getParameters())
                .forEach((key, value) -> {
                    switch (value) {
                        case Integer number -> line.put(key, number);
                        case Long number -> line.put(key, number);
                        case Object text -> line.put(key, text.toString());
                    }
                });
        if (!logged.getMdcCopy().isEmpty()) {
            logged.getMdcCopy().forEach(line.putObject("mdc")::put);
        }
        if (logged.getThrown() != null) {
            StringWriter trace = new StringWriter();
            logged.getThrown().printStackTrace(new PrintWriter(trace));
            line.put("stackTrace", trace.toString());
        }
        return ESCAPING.matcher(line.toString())
                        .replaceAll(found ->
                                "\\\\u%04x".formatted((int) found.group().charAt(0)))
                + "\n";
    }

    private static Map<String, Object> members(
            @Nullable String format, FormatStyle style, @Nullable Object @Nullable [] arguments) {
        if (format == null || style != FormatStyle.PRINTF || arguments == null) {
            return Map.of();
        }
        Map<String, Object> members = new LinkedHashMap<>();
        int next = 0;
        Matcher conversion = CONVERSION.matcher(format);
        while (conversion.find()) {
            if (conversion.group(3).equals("%") || conversion.group(3).equals("n")) {
                continue;
            }
            int argument = conversion.group(2) == null ? next++ : Integer.parseInt(conversion.group(2)) - 1;
            String key = conversion.group(1);
            if (key != null && KEYS.contains(key) && argument < arguments.length && arguments[argument] != null) {
                members.putIfAbsent(key, arguments[argument]);
            }
        }
        return members;
    }
}

package dev.kubeproxyfleet.agent.collect;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go prints them, such as {@code 15m0s} or {@code 1h0m0.5s}. Source: Go {@code time.ParseDuration}. */
final class GoDuration {

    private static final int MAX_LENGTH = 64;
    private static final Pattern WHOLE = Pattern.compile("(?:[0-9]+(?:\\.[0-9]+)?(?:ns|us|µs|μs|ms|s|m|h))+|0");
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|μs|ms|s|m|h)");

    private GoDuration() {}

    /**
     * Whole seconds, cut as kube-proxy cuts them for the kernel; empty for 0, which means "leave the kernel's value", and for
     * what is no such duration.
     */
    static OptionalInt seconds(String text) {
        if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
            return OptionalInt.empty();
        }
        BigDecimal seconds = BigDecimal.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            seconds = seconds.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
        }
        BigDecimal whole = seconds.setScale(0, RoundingMode.DOWN);
        boolean fits = whole.signum() > 0 && whole.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0;
        return fits ? OptionalInt.of(whole.intValueExact()) : OptionalInt.empty();
    }

    private static BigDecimal unit(String name) {
        return switch (name) {
            case "h" -> BigDecimal.valueOf(3600);
            case "m" -> BigDecimal.valueOf(60);
            case "s" -> BigDecimal.ONE;
            case "ms" -> BigDecimal.valueOf(1, 3);
            case "ns" -> BigDecimal.valueOf(1, 9);
            default -> BigDecimal.valueOf(1, 6);
        };
    }
}

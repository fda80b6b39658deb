package dev.kubeproxyfleet.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 90s}, {@code 30m}, {@code 2h}, {@code 30d}, and the ISO form {@code PT30M} of configuration files. */
final class TimeSpan implements ITypeConverter<Duration> {

    private static final Pattern SHORT = Pattern.compile("(\\d{1,6})([smhd])");

    @Override
    public Duration convert(String written) {
        Matcher matcher = SHORT.matcher(written);
        if (matcher.matches()) {
            String unit = matcher.group(2);
            return Duration.parse((unit.equals("d") ? "P" : "PT") + matcher.group(1) + unit);
        }
        try {
            Duration duration = Duration.parse(written);
            if (duration.isPositive()) {
                return duration;
            }
        } catch (java.time.format.DateTimeParseException e) {
            // The sentence below says what would have been right.
        }
        throw new TypeConversionException("'" + written + "' is no length of time; write 90s, 30m, 2h or 30d.");
    }
}

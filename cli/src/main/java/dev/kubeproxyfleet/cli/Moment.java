package dev.kubeproxyfleet.cli;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/** A time as somebody writes it. */
final class Moment {

    private Moment() {}

    /**
     * Reads {@code 2026-03-01}, which begins at midnight UTC, {@code 2026-03-01T08:00:00Z}, or how long ago it was, as {@link TimeSpan}.
     *
     * @param option that it was written for
     * @throws UsageException if it is none of them
     */
    static Instant of(String option, String written, InstantSource clock) {
        try {
            return OffsetDateTime.parse(written).toInstant();
        } catch (DateTimeParseException noTime) {
            // It may be one of the others.
        }
        try {
            return LocalDate.parse(written).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException noDate) {
            // It may be the last one.
        }
        try {
            return clock.instant().minus(new TimeSpan().convert(written));
        } catch (TypeConversionException e) {
            throw new UsageException(
                    option + " is a date such as 2026-03-01, a time such as 2026-03-01T08:00:00Z, or how long"
                            + " ago, such as 12h or 30d; it is not '" + written + "'.");
        }
    }
}

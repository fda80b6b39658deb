package dev.kubeproxyfleet.fleet.readiness;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers of a version, such as those of {@code 5.15.0-1073-azure} and {@code v1.35.4}; what follows them does not matter to any rule
 * here. One without a third number has 0 for it.
 */
public record Release(int major, int minor, int patch) implements Comparable<Release> {

    private static final Pattern TEXT =
            Pattern.compile("v?([0-9]{1,9})\\.([0-9]{1,9})(?:\\.([0-9]{1,9})(?![0-9])|(?!\\.?[0-9])).*");

    private static final Comparator<Release> ORDER = Comparator.comparingInt(Release::major)
            .thenComparingInt(Release::minor)
            .thenComparingInt(Release::patch);

    public static Optional<Release> parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        return parts.matches()
                ? Optional.of(new Release(
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }

    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return compareTo(new Release(otherMajor, otherMinor, 0)) >= 0;
    }

    @Override
    public int compareTo(Release other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}

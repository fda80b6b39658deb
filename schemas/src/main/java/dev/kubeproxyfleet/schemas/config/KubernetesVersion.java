package dev.kubeproxyfleet.schemas.config;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes version such as {@code 1.33.2}, or all of a minor version such as {@code 1.33}.
 *
 * @param patch empty where it is not given; what follows it, such as {@code -rc.1}, does not matter to any rule here
 */
public record KubernetesVersion(int major, int minor, OptionalInt patch) {

    /** From this version on, kube-proxy chooses the mode where none is given. Source: KEP-5343. */
    public static final KubernetesVersion CHOOSES_MODE_FROM = new KubernetesVersion(1, 40, OptionalInt.empty());

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})\\.([0-9]{1,9})(?:\\.([0-9]{1,9})(?:[-+].*)?)?");

    public static Optional<KubernetesVersion> parse(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        return parts.matches()
                ? Optional.of(new KubernetesVersion(
                        Integer.parseInt(parts.group(1)),
                        Integer.parseInt(parts.group(2)),
                        parts.group(3) == null
                                ? OptionalInt.empty()
                                : OptionalInt.of(Integer.parseInt(parts.group(3)))))
                : Optional.empty();
    }

    /**
     * Compares with a limit as exactly as that is given: {@code 1.33.2} equals {@code 1.33} and is older than {@code 1.33.5}.
     *
     * @return empty if the limit has a patch, this version has none, and that would decide
     */
    public OptionalInt comparedTo(KubernetesVersion limit) {
        if (major != limit.major || minor != limit.minor) {
            return OptionalInt.of(
                    major != limit.major ? Integer.compare(major, limit.major) : Integer.compare(minor, limit.minor));
        }
        if (limit.patch.isEmpty()) {
            return OptionalInt.of(0);
        }
        return patch.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.compare(patch.getAsInt(), limit.patch.getAsInt()));
    }

    public boolean isAtLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return major + "." + minor + (patch.isPresent() ? "." + patch.getAsInt() : "");
    }

    /** The mode that kube-proxy of this version runs where none is given; empty if it chooses one by itself. */
    public Optional<KubeProxyMode> defaultMode() {
        return isAtLeast(CHOOSES_MODE_FROM.major, CHOOSES_MODE_FROM.minor)
                ? Optional.empty()
                : Optional.of(KubeProxyMode.IPTABLES);
    }
}

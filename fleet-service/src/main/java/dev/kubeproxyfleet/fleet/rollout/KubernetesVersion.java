package dev.kubeproxyfleet.fleet.rollout;

import java.util.Optional;

/** A Kubernetes version by its major and minor number; patches do not matter to any rule here. */
record KubernetesVersion(int major, int minor) implements Comparable<KubernetesVersion> {

    static Optional<KubernetesVersion> parse(String text) {
        String[] parts = text.strip().split("\\.", -1);
        if (parts.length < 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(new KubernetesVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(KubernetesVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    boolean isAtLeast(int otherMajor, int otherMinor) {
        return compareTo(new KubernetesVersion(otherMajor, otherMinor)) >= 0;
    }
}

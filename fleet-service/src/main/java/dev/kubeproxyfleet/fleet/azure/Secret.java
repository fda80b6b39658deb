package dev.kubeproxyfleet.fleet.azure;

/** A text that no log, error or {@code toString} shows. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "(redacted)";
    }
}

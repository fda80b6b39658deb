package dev.kubeproxyfleet.images;

import java.net.InetAddress;
import java.net.UnknownHostException;
import land.oras.Registry;
import land.oras.exception.OrasException;

/**
 * Registries, each spoken to with the credentials of {@code docker login} or {@code podman login}, or of the credential helpers that their
 * files name. Only one on this machine is spoken to without TLS.
 */
final class Registries {

    private Registries() {}

    /**
     * The one that a name begins with.
     *
     * @param option that has given the name
     */
    static Registry of(String name, String option) throws ImagesException {
        return Registry.builder()
                .defaults()
                .withInsecure(isOnThisMachine(name, option))
                .build();
    }

    /** {@code what} says what could not be done. */
    static ImagesException failure(String what, OrasException e) {
        Throwable cause = e.getCause();
        return new ImagesException(
                what + ": " + e.getMessage() + (cause == null ? "" : " (" + cause + ")")
                        + "\n  If the registry wants to know who you are, log in to it with docker or podman first.",
                e);
    }

    private static boolean isOnThisMachine(String name, String option) throws ImagesException {
        String host = name.replaceFirst("/.*", "").replaceFirst(":\\d+$", "");
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ImagesException("there is no host " + host + ", which " + option + " names", e);
        }
    }
}

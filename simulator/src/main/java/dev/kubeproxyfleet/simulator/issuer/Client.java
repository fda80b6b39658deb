package dev.kubeproxyfleet.simulator.issuer;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A registered program.
 *
 * @param id claim {@code azp}
 * @param secret null for a public client, which has none
 * @param redirects URIs that answers may be sent to; the port of one on loopback does not matter, as RFC 8252 has it
 * @param grants the grant types that it may use
 * @param roles app roles that it has itself, without a user
 */
record Client(
        String id,
        String name,
        @Nullable String secret,
        Set<String> redirects,
        Set<String> grants,
        List<String> roles) {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    boolean mayRedirectTo(String given) {
        return redirects.stream().anyMatch(registered -> matches(registered, given));
    }

    private static boolean matches(String registered, String given) {
        if (registered.equals(given)) {
            return true;
        }
        try {
            URI one = URI.create(registered);
            URI other = URI.create(given);
            return "http".equals(one.getScheme())
                    && LOOPBACK.contains(String.valueOf(one.getHost()))
                    && "http".equals(other.getScheme())
                    && other.getUserInfo() == null
                    && other.getFragment() == null
                    && one.getHost().equals(other.getHost())
                    && String.valueOf(one.getRawPath()).equals(String.valueOf(other.getRawPath()))
                    && String.valueOf(one.getRawQuery()).equals(String.valueOf(other.getRawQuery()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.issuer.Issuer;
import dev.kubeproxyfleet.simulator.issuer.User;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Whom people of a secured sandbox log in at: an issuer where one chooses who one is. */
final class SandboxLogin implements AutoCloseable {

    private final Issuer issuer;

    private SandboxLogin(Issuer issuer) {
        this.issuer = issuer;
    }

    /** @param dashboard to which a browser comes back */
    static SandboxLogin start(URI dashboard) throws IOException {
        Issuer issuer = Issuer.start(0, MachineClock.get(), User.OF_EACH_ROLE);
        issuer.addRedirect(dashboard.resolve("login").toString());
        issuer.addRedirect(dashboard.toString());
        return new SandboxLogin(issuer);
    }

    /** Settings of the fleet service; two of them are secret. */
    Map<String, String> service() {
        Map<String, String> settings = new HashMap<>(issuer.settings());
        settings.put("kpfleet.access.cli-scopes", "openid,profile,offline_access," + Issuer.SCOPE);
        return settings;
    }

    /** For people: where one logs in, and as whom. */
    List<String> lines() {
        return List.of("Login       " + issuer.base() + ", without a password, as "
                + User.OF_EACH_ROLE.stream()
                        .map(user -> user.name() + " (" + String.join(", ", user.roles()) + ")")
                        .collect(Collectors.joining(", ")));
    }

    @Override
    public void close() {
        issuer.close();
    }
}

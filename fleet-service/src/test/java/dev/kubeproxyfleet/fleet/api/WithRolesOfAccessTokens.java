package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.simulator.issuer.Issuer;
import java.util.HashMap;
import java.util.Map;

/** {@link WithLogin}, where the access token says what a person at the dashboard may do. */
public class WithRolesOfAccessTokens extends WithLogin {

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
        settings.put("kpfleet.access.roles-from-access-token", "true");
        settings.put("kpfleet.access.scopes", "profile," + Issuer.SCOPE);
        return settings;
    }
}

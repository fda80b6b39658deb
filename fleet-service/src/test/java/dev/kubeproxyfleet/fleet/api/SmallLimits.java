package dev.kubeproxyfleet.fleet.api;

import java.util.HashMap;
import java.util.Map;

/** {@link WithoutKafka} with limits that a test reaches quickly. */
public class SmallLimits extends WithoutKafka {

    static final int MAX_BODY = 64 * 1024;
    static final int MAX_STREAMS = 2;
    static final int MAX_CONNECTIONS = 20;

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
        settings.put("quarkus.http.limits.max-body-size", Integer.toString(MAX_BODY));
        settings.put("quarkus.http.limits.max-connections", Integer.toString(MAX_CONNECTIONS));
        settings.put("quarkus.http.idle-timeout", "3S");
        settings.put("kpfleet.api.max-bytes-in-flight", Integer.toString(MAX_BODY));
        settings.put("kpfleet.api.body-timeout", "PT1S");
        settings.put("kpfleet.api.max-subscribers", Integer.toString(MAX_STREAMS));
        settings.put("kpfleet.api.stream-patience", "PT1S");
        settings.put("kpfleet.api.stream-lifetime", "PT6S");
        settings.put("kpfleet.api.allowed-hosts", "localhost,127.0.0.1,[::1],Fleet.Example");
        return settings;
    }
}

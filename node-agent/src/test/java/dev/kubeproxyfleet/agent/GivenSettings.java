package dev.kubeproxyfleet.agent;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** Settings as Quarkus would read them, without Quarkus. */
final class GivenSettings {

    private GivenSettings() {}

    /** @param given without the prefix {@code kpfleet.agent.}; all others have their defaults */
    static AgentSettings of(Map<String, String> given) {
        return config(given).getConfigMapping(AgentSettings.class);
    }

    static SmallRyeConfig config(Map<String, String> given) {
        Map<String, String> settings = new HashMap<>();
        given.forEach((name, value) -> settings.put("kpfleet.agent." + name, value));
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(settings, "given", 500))
                .addDiscoveredConverters()
                .withMapping(AgentSettings.class)
                .build();
    }
}

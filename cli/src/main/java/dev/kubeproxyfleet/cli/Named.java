package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;

/**
 * What a config or a strategy is called: there can be one of each kind with the same name.
 *
 * @param kind {@code FleetConfig} or {@code FleetStrategy}
 */
record Named(String kind, String name) {

    static Named of(ConfigFiles.Good document) {
        return switch (document) {
            case ConfigFiles.Config config ->
                new Named(FleetConfig.KIND, config.config().name());
            case ConfigFiles.Strategy strategy ->
                new Named(FleetStrategy.KIND, strategy.strategy().name());
        };
    }

    boolean isStrategy() {
        return kind.equals(FleetStrategy.KIND);
    }

    /** Where the service has it, below {@code /api/v1}. */
    String path() {
        return (isStrategy() ? "/strategies/" : "/configs/") + FleetClient.encode(name);
    }
}

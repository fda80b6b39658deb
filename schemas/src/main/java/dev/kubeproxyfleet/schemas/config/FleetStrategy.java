package dev.kubeproxyfleet.schemas.config;

/** A strategy stored under a name, for configs to refer to by {@code strategyRef}. A rollout keeps the copy that it started with. */
public record FleetStrategy(String apiVersion, String kind, FleetConfig.Metadata metadata, Strategy spec) {

    public static final String KIND = "FleetStrategy";

    /** What the key of a strategy's record starts with, on the topic that it shares with configs. */
    public static final String KEY_PREFIX = "strategy/";

    /** A strategy of this name and content. */
    public static FleetStrategy of(String name, Strategy spec) {
        return new FleetStrategy(FleetConfig.API_VERSION, KIND, new FleetConfig.Metadata(name), spec);
    }

    public String name() {
        return metadata.name();
    }
}

package dev.kubeproxyfleet.fleet.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What a published config gets where it does not say. */
@ConfigMapping(prefix = "kpfleet.intake")
public interface IntakeSettings {

    /** How long each stage of the default strategy rests before the next one starts. */
    @WithDefault("10m")
    Duration defaultBake();
}

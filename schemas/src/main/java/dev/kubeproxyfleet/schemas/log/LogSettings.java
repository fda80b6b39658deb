package dev.kubeproxyfleet.schemas.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How the log is written. */
@ConfigMapping(prefix = "kpfleet.log")
interface LogSettings {

    /** One JSON object a line on the console, from the application's start on, instead of text. */
    @WithDefault("false")
    boolean json();
}

package dev.kubeproxyfleet.fleet;

import io.smallrye.config.ConfigMapping;
import java.util.OptionalLong;

/** What the service is a part of. */
@ConfigMapping(prefix = "kpfleet.process")
interface ProcessSettings {

    /** Id of a process that the service ends with, such as the sandbox that started it; none when unset. */
    OptionalLong parent();
}

package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What came of reading what people publish: a {@link FleetConfig}, or a {@link FleetStrategy} for configs to refer to. */
public sealed interface Read {

    /**
     * @param config with the default strategy where it refers to a stored one
     * @param canonical {@code config} as JSON that reads back as itself: the API's spelling, every default filled in but the
     *     strategy of a config that refers to a stored one
     */
    record Valid(FleetConfig config, JsonNode canonical) implements Read {}

    /** @param canonical {@code strategy} as JSON, every default filled in */
    record ValidStrategy(FleetStrategy strategy, JsonNode canonical) implements Read {}

    /** @param problems at least one and at most {@link FleetConfigReader#MAX_PROBLEMS} */
    record Invalid(List<Problem> problems) implements Read {

        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}

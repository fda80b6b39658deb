package dev.kubeproxyfleet.fleet.monitoring;

import java.io.IOException;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The project's metrics that alerts and dashboards are made of. */
public final class ShownMetrics {

    private static final Pattern METRIC = Pattern.compile("\\bkpfleet_[a-z_0-9]+");
    private static final String OF_AGENTS = "kpfleet_agent_";

    private ShownMetrics() {}

    public static Set<String> ofTheService() throws IOException {
        return all().filter(name -> !name.startsWith(OF_AGENTS)).collect(Collectors.toUnmodifiableSet());
    }

    static Set<String> ofAgents() throws IOException {
        return all().filter(name -> name.startsWith(OF_AGENTS)).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> all() throws IOException {
        return Stream.concat(AlertRules.expressions(), Dashboards.expressions())
                .flatMap(expression -> METRIC.matcher(expression).results().map(MatchResult::group));
    }
}

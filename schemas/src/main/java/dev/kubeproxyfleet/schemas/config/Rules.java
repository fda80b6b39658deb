package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a JSON Schema cannot say well: rules between fields, and between values and meaning. */
final class Rules {

    static final Duration MAX_BAKE = Duration.ofDays(30);
    static final Duration MAX_DEADLINE = Duration.ofDays(7);
    static final Duration MIN_WINDOW = Duration.ofMinutes(1);
    static final Duration MAX_WINDOW = Duration.ofDays(7);

    private static final JsonPointer SPEC = JsonPointer.compile("/spec");
    private static final JsonPointer SELECTOR = JsonPointer.compile("/spec/selector");
    private static final JsonPointer STRATEGY = JsonPointer.compile("/spec/strategy");

    private final List<Problem> problems = new ArrayList<>();

    private Rules() {}

    /** What is wrong with {@code config}, which is valid by its schema. */
    static List<Problem> problems(FleetConfig config) {
        Rules rules = new Rules();
        if (config.spec().kubeProxy() != null) {
            rules.kubeProxy(config.spec().kubeProxy(), FleetConfigReader.KUBE_PROXY);
        }
        rules.selector(config.spec().selector(), SELECTOR);
        rules.strategy(config.spec().strategy(), STRATEGY);
        return rules.problems;
    }

    /** What is wrong with a stored strategy, which is valid by its schema. */
    static List<Problem> problems(FleetStrategy strategy) {
        Rules rules = new Rules();
        rules.strategy(strategy.spec(), SPEC);
        return rules.problems;
    }

    /** What is wrong with a kube-proxy configuration at {@code path}, which is valid by its schema. */
    static List<Problem> problems(KubeProxyConfig config, JsonPointer path) {
        Rules rules = new Rules();
        rules.kubeProxy(config, path);
        return rules.problems;
    }

    private void kubeProxy(KubeProxyConfig config, JsonPointer path) {
        if (config.ipvsConfig() == null) {
            return;
        }
        JsonPointer ipvsConfig = path.appendProperty("ipvsConfig");
        if (Boolean.FALSE.equals(config.enabled())) {
            invalid(ipvsConfig, "is given although enabled is false; it is allowed only with an enabled kube-proxy.");
        } else if (config.mode() != KubeProxyMode.IPVS) {
            String mode = config.mode() == null ? "not given" : config.mode().name();
            invalid(ipvsConfig, "is given although mode is " + mode + "; it is allowed only with mode IPVS.");
        }
    }

    private void selector(Selector selector, JsonPointer path) {
        if (selector.isEmpty()) {
            problems.add(Problems.problem(
                    DocumentReason.EmptySelector,
                    path,
                    "selects by nothing; give at least one part, or names: [\"*\"] if every cluster is meant."));
        }
        JsonPointer expressions = path.appendProperty("tags").appendProperty("matchExpressions");
        for (int i = 0; i < selector.tags().matchExpressions().size(); i++) {
            expression(selector.tags().matchExpressions().get(i), expressions.appendIndex(i));
        }
    }

    private void expression(Selector.Expression expression, JsonPointer path) {
        boolean given = !expression.values().isEmpty();
        boolean wanted = switch (expression.operator()) {
            case In, NotIn -> true;
            case Exists, DoesNotExist -> false;
        };
        if (given != wanted) {
            invalid(
                    path.appendProperty("values"),
                    (given ? "has entries" : "is empty") + "; operator " + expression.operator()
                            + (wanted ? " needs at least one." : " allows none."));
        }
    }

    private void strategy(Strategy strategy, JsonPointer path) {
        JsonPointer stages = path.appendProperty("stages");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < strategy.stages().size(); i++) {
            StageSpec stage = strategy.stages().get(i);
            if (!names.add(stage.name())) {
                invalid(
                        stages.appendIndex(i).appendProperty("name"),
                        "is \"" + stage.name() + "\" as that of an earlier stage; the names of stages must differ.");
            }
            if (stage.bake().compareTo(MAX_BAKE) > 0) {
                invalid(
                        stages.appendIndex(i).appendProperty("bake"),
                        "is " + stage.bake() + "; allowed is at most " + MAX_BAKE + " (30 days).");
            }
            stageClusters(stage, stages.appendIndex(i));
        }
        if (!strategy.deadline().isPositive() || strategy.deadline().compareTo(MAX_DEADLINE) > 0) {
            invalid(
                    path.appendProperty("deadline"),
                    "is " + strategy.deadline() + "; allowed is more than PT0S and at most " + MAX_DEADLINE
                            + " (7 days).");
        }
        JsonPointer schedule = path.appendProperty("windows").appendProperty("schedule");
        for (int i = 0; i < strategy.windows().schedule().size(); i++) {
            Duration duration = strategy.windows().schedule().get(i).duration();
            if (duration.compareTo(MIN_WINDOW) < 0 || duration.compareTo(MAX_WINDOW) > 0) {
                invalid(
                        schedule.appendIndex(i).appendProperty("duration"),
                        "is " + duration + "; allowed is from " + MIN_WINDOW + " to " + MAX_WINDOW + " (7 days).");
            }
        }
    }

    private void stageClusters(StageSpec stage, JsonPointer path) {
        if (stage.selector() != null) {
            selector(stage.selector(), path.appendProperty("selector"));
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < stage.groups().size(); i++) {
            StageSpec.Group group = stage.groups().get(i);
            JsonPointer at = path.appendProperty("groups").appendIndex(i);
            selector(group.selector(), at.appendProperty("selector"));
            if (!names.add(group.name())) {
                invalid(
                        at.appendProperty("name"),
                        "is \"" + group.name()
                                + "\" as that of an earlier group; the names of a stage's groups must differ.");
            }
        }
    }

    private void invalid(JsonPointer path, String predicate) {
        problems.add(Problems.problem(DocumentReason.InvalidValue, path, predicate));
    }
}

package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kubeproxyfleet.schemas.config.FleetConfig.Drift;
import dev.kubeproxyfleet.schemas.config.FleetConfig.NewClusters;
import dev.kubeproxyfleet.schemas.config.Selector.Expression;
import dev.kubeproxyfleet.schemas.config.Selector.Operator;
import dev.kubeproxyfleet.schemas.config.Selector.Tags;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Every valid {@link FleetConfig}, and every record inside it. */
final class FleetConfigArbitraries {

    private FleetConfigArbitraries() {}

    static Arbitrary<FleetConfig> fleetConfigs() {
        return Combinators.combine(labels(), specs()).as(FleetConfig::of);
    }

    private static Arbitrary<FleetConfig.Spec> specs() {
        return Combinators.combine(
                        writableKubeProxyConfigs(),
                        selectors(),
                        Arbitraries.integers().between(-1_000_000, 1_000_000),
                        strategies(),
                        Arbitraries.of(Drift.class),
                        Arbitraries.of(NewClusters.class))
                .as((kubeProxy, selector, priority, strategy, drift, newClusters) ->
                        new FleetConfig.Spec(kubeProxy, selector, priority, strategy, drift, newClusters));
    }

    /** What a person may ask for: IPVS settings only with IPVS. */
    static Arbitrary<KubeProxyConfig> writableKubeProxyConfigs() {
        return kubeProxyConfigs()
                .map(config -> config.mode() == KubeProxyMode.IPVS && !Boolean.FALSE.equals(config.enabled())
                        ? config
                        : new KubeProxyConfig(config.enabled(), config.mode(), null));
    }

    /** Whatever Azure may show. */
    static Arbitrary<KubeProxyConfig> kubeProxyConfigs() {
        return Combinators.combine(
                        Arbitraries.of(true, false).injectNull(0.3),
                        Arbitraries.of(KubeProxyMode.class).injectNull(0.3),
                        ipvsConfigs().injectNull(0.3))
                .as(KubeProxyConfig::new);
    }

    static Arbitrary<IpvsConfig> ipvsConfigs() {
        return Combinators.combine(
                        Arbitraries.of(IpvsScheduler.class).injectNull(0.3), timeouts(), timeouts(), timeouts())
                .as(IpvsConfig::new);
    }

    static Arbitrary<Amount> amounts() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(0, 100_000).map(Amount::of),
                Arbitraries.integers().between(0, 100).map(Amount::percent));
    }

    private static Arbitrary<@Nullable Integer> timeouts() {
        return Arbitraries.integers().greaterOrEqual(1).injectNull(0.3);
    }

    private static Arbitrary<Selector> selectors() {
        Arbitrary<List<String>> texts = texts(1, 100).list().ofMaxSize(3);
        return Combinators.combine(texts, texts, texts, globs(), clusters(), tags(), kubernetesVersions())
                .as(Selector::new)
                .filter(selector -> !selector.isEmpty());
    }

    /** Enough for stages and groups, of which a config has many: every part is generated for the config's own selector. */
    private static Arbitrary<Selector> shortSelectors() {
        return Combinators.combine(labels(), kubernetesVersions())
                .as((location, version) -> new Selector(
                        List.of(), List.of(), List.of(location), List.of(), List.of(), Tags.NONE, version));
    }

    private static Arbitrary<List<String>> globs() {
        Arbitrary<String> parts =
                Arbitraries.strings().alpha().numeric().withChars("-_?").ofMaxLength(20);
        return parts.list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(between -> String.join("*", between))
                .filter(glob -> !glob.isEmpty())
                .list()
                .ofMaxSize(3);
    }

    private static Arbitrary<List<String>> clusters() {
        return labels().map(name ->
                        "/subscriptions/1/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/"
                                + name)
                .list()
                .ofMaxSize(3);
    }

    private static Arbitrary<Tags> tags() {
        return Combinators.combine(
                        Arbitraries.maps(texts(1, 512), texts(0, 256)).ofMaxSize(3),
                        expressions().list().ofMaxSize(3))
                .as(Tags::new);
    }

    private static Arbitrary<Expression> expressions() {
        Arbitrary<Expression> withValues = Combinators.combine(
                        texts(1, 512),
                        Arbitraries.of(Operator.In, Operator.NotIn),
                        texts(0, 256).list().ofMinSize(1).ofMaxSize(3))
                .as(Expression::new);
        Arbitrary<Expression> withoutValues = Combinators.combine(
                        texts(1, 512), Arbitraries.of(Operator.Exists, Operator.DoesNotExist))
                .as((key, operator) -> new Expression(key, operator, List.of()));
        return Arbitraries.oneOf(withValues, withoutValues);
    }

    private static Arbitrary<@Nullable String> kubernetesVersions() {
        return Arbitraries.of("1.33", "=1.33", ">=1.27 <1.40", ">1.27").injectNull(0.3);
    }

    static Arbitrary<FleetStrategy> fleetStrategies() {
        return Combinators.combine(labels(), strategies()).as(FleetStrategy::of);
    }

    private static Arbitrary<Strategy> strategies() {
        return Combinators.combine(
                        stages().list().ofMinSize(1).ofMaxSize(5).uniqueElements(StageSpec::name),
                        Arbitraries.of(OnFailure.class),
                        durations(1, Rules.MAX_DEADLINE),
                        gates(),
                        windows(),
                        instants().injectNull(0.5))
                .as(Strategy::new);
    }

    static Arbitrary<Gate> gates() {
        Arbitrary<Gate.Thresholds> thresholds = Combinators.combine(
                        Arbitraries.of(Gate.SignalMode.class).injectNull(0.5),
                        tolerances().injectNull(0.5),
                        floors().injectNull(0.5),
                        nodeSeconds().injectNull(0.5))
                .as(Gate.Thresholds::new);
        return Combinators.combine(
                        Combinators.combine(Arbitraries.doubles().between(0, 1), Arbitraries.of(Gate.Source.class))
                                .as(Map::entry),
                        Arbitraries.of(Gate.Proof.class),
                        Combinators.combine(Arbitraries.of(Gate.SignalMode.class), tolerances())
                                .as(Map::entry),
                        floors().injectNull(0.5),
                        nodeSeconds().injectNull(0.5),
                        Arbitraries.of(Gate.OnInconclusive.class),
                        Arbitraries.maps(Arbitraries.of(Signal.class), thresholds),
                        externalGates().list().ofMaxSize(3).uniqueElements(ExternalGate::name))
                .as((coverage, proof, signals, floor, nodeSeconds, onInconclusive, single, external) -> new Gate(
                        coverage.getKey(),
                        coverage.getValue(),
                        proof,
                        signals.getKey(),
                        signals.getValue(),
                        floor,
                        nodeSeconds,
                        onInconclusive,
                        single,
                        external));
    }

    private static Arbitrary<Double> tolerances() {
        return Arbitraries.doubles().between(1, false, 100, true);
    }

    private static Arbitrary<Double> floors() {
        return Arbitraries.doubles().between(0, 1_000_000);
    }

    private static Arbitrary<Integer> nodeSeconds() {
        return Arbitraries.integers().between(1, 10_000_000);
    }

    private static Arbitrary<ExternalGate> externalGates() {
        return Combinators.combine(
                        // No signal's key begins with a digit.
                        labels().map(label -> "1" + label.substring(1)),
                        httpChecks().injectNull(0.3))
                .as(ExternalGate::new);
    }

    private static Arbitrary<HttpCheck> httpChecks() {
        Arbitrary<HttpCheck.InstantQuery> queries = Combinators.combine(
                        texts(1, 4000),
                        Arbitraries.doubles().greaterOrEqual(0),
                        Arbitraries.doubles().lessOrEqual(0),
                        Arbitraries.integers().between(0, 2))
                .as((query, above, below, left) ->
                        new HttpCheck.InstantQuery(query, left == 1 ? null : above, left == 2 ? null : below));
        Arbitrary<HttpCheck.JsonValue> values = Combinators.combine(
                        Arbitraries.of("", "/", "/data/0/ok", "/a~0b/~1c"),
                        Arbitraries.<JsonNode>of(
                                BooleanNode.TRUE, new TextNode("ok"), new IntNode(7), new DoubleNode(0.5)))
                .as(HttpCheck.JsonValue::new);
        Arbitrary<HttpCheck.Expectation> expectations = Arbitraries.oneOf(queries, values);
        return Combinators.combine(
                        Arbitraries.of(
                                "https://a.example",
                                "https://a.example:8080/path",
                                "https://10.0.0.1/",
                                "http://[::1]:9/"),
                        Arbitraries.of(
                                        new HttpCheck.Header("Authorization", null, "a.b_c-d"),
                                        new HttpCheck.Header("X-Scope-OrgID", "team a", null))
                                .set()
                                .map(List::copyOf),
                        expectations,
                        durations(HttpCheck.MIN_INTERVAL.toMillis(), HttpCheck.MAX_INTERVAL),
                        Arbitraries.integers().between(1, 100),
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.integers().between(0, 100),
                        durations(1, HttpCheck.MAX_TIMEOUT))
                .as((url, headers, expectation, interval, count, failureLimit, errorLimit, timeout) -> new HttpCheck(
                        URI.create(url),
                        headers,
                        expectation instanceof HttpCheck.JsonValue value ? value : null,
                        expectation instanceof HttpCheck.InstantQuery query ? query : null,
                        interval,
                        count,
                        failureLimit,
                        errorLimit,
                        timeout));
    }

    private static Arbitrary<StageSpec> stages() {
        return Combinators.combine(
                        labels(),
                        amounts().injectNull(0.3),
                        amounts().filter(amount -> amount.value() > 0),
                        amounts(),
                        durations(0, Rules.MAX_BAKE),
                        Arbitraries.of(StageSpec.Approval.class).injectNull(0.3),
                        shortSelectors().injectNull(0.7),
                        groups().list().ofMaxSize(2).uniqueElements(StageSpec.Group::name))
                .as(StageSpec::new);
    }

    private static Arbitrary<StageSpec.Group> groups() {
        return Combinators.combine(labels(), shortSelectors(), amounts().filter(amount -> amount.value() > 0))
                .as(StageSpec.Group::new);
    }

    private static Arbitrary<Windows> windows() {
        Arbitrary<Windows.Window> one = Combinators.combine(
                        Arbitraries.of(Windows.Day.class).list().ofMinSize(1).ofMaxSize(7),
                        Arbitraries.integers().between(0, 24 * 60 - 1).map(minute -> LocalTime.MIN.plusMinutes(minute)),
                        durations(Rules.MIN_WINDOW.toMillis(), Rules.MAX_WINDOW),
                        Arbitraries.of("Europe/Amsterdam", "UTC", "Z", "+05:30", "America/St_Johns")
                                .map(ZoneId::of))
                .as(Windows.Window::new);
        return Combinators.combine(Arbitraries.of(true, false), one.list().ofMaxSize(3))
                .as(Windows::new);
    }

    private static Arbitrary<Instant> instants() {
        return Arbitraries.longs()
                .between(0, Instant.parse("2100-01-01T00:00:00Z").toEpochMilli())
                .map(Instant::ofEpochMilli);
    }

    private static Arbitrary<Duration> durations(long minMillis, Duration max) {
        return Arbitraries.longs().between(minMillis, max.toMillis()).map(Duration::ofMillis);
    }

    private static Arbitrary<String> labels() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars('-')
                .ofMinLength(1)
                .ofMaxLength(63)
                .filter(label -> !label.startsWith("-") && !label.endsWith("-"));
    }

    /** Any Unicode text; lone surrogates are none. */
    private static Arbitrary<String> texts(int minLength, int maxLength) {
        return Arbitraries.strings()
                .all()
                .excludeChars(surrogates())
                .ofMinLength(minLength)
                .ofMaxLength(Math.min(maxLength, 40));
    }

    private static char[] surrogates() {
        StringBuilder surrogates = new StringBuilder();
        for (char c = Character.MIN_SURROGATE; c <= Character.MAX_SURROGATE; c++) {
            surrogates.append(c);
        }
        return surrogates.toString().toCharArray();
    }
}

package dev.kubeproxyfleet.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kubeproxyfleet.schemas.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What holds for every input of {@link FleetConfigReader}. */
class FleetConfigReaderProperties {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String LINE_BREAKS = "\u0085\u2028\u2029";

    @Property
    void whatOurJsonWritesReadsBackEqual(@ForAll("fleetConfigs") FleetConfig config) {
        assertThat(Documents.valid(FleetConfigReader.read(Documents.json(config))))
                .isEqualTo(config);
    }

    @Property
    void theOrderOfFieldsDoesNotMatter(@ForAll("fleetConfigs") FleetConfig config, @ForAll Random random) {
        JsonNode document = Json.MAPPER.valueToTree(config);

        assertThat(FleetConfigReader.read(Documents.json(shuffled(document, random))))
                .isEqualTo(FleetConfigReader.read(Documents.json(document)));
    }

    @Property
    void neitherDoesTheSpellingOfTheKubeProxyConfiguration(
            @ForAll("fleetConfigs") FleetConfig config, @ForAll Random random) {
        ObjectNode document = Json.MAPPER.valueToTree(config);
        ObjectNode spec = (ObjectNode) document.get("spec");
        spec.set("kubeProxy", respelled(spec.get("kubeProxy"), random));

        assertThat(Documents.valid(FleetConfigReader.read(Documents.json(document))))
                .isEqualTo(config);
        assertThat(FleetConfigReader.read(Documents.json(document)))
                .isEqualTo(FleetConfigReader.read(Documents.json(config)));
    }

    @Property
    void norInAFileForTheAzureCommandLine(@ForAll("kubeProxyConfigs") KubeProxyConfig config, @ForAll Random random) {
        JsonNode document = respelled(Json.MAPPER.valueToTree(config), random);

        Assume.that(!document.isEmpty());
        assertThat(AzKubeProxyFile.read(Documents.json(shuffled(document, random))))
                .isEqualTo(asAzFile(config));
    }

    private static JsonNode shuffled(JsonNode node, Random random) {
        if (node instanceof ArrayNode array) {
            ArrayNode items = array.arrayNode();
            array.forEach(item -> items.add(shuffled(item, random)));
            return items;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(object.properties());
        Collections.shuffle(fields, random);
        ObjectNode shuffled = object.objectNode();
        fields.forEach(field -> shuffled.set(field.getKey(), shuffled(field.getValue(), random)));
        return shuffled;
    }

    /** Names of fields and values in any case, and the alias that the prose of Microsoft's page uses. */
    private static JsonNode respelled(JsonNode node, Random random) {
        if (node.isTextual()) {
            String text = node.textValue();
            boolean alias = text.equals("LeastConnection") && random.nextBoolean();
            return TextNode.valueOf(anyCase(alias ? "LeastConnections" : text, random));
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode respelled = object.objectNode();
        object.properties()
                .forEach(field -> respelled.set(anyCase(field.getKey(), random), respelled(field.getValue(), random)));
        return respelled;
    }

    private static String anyCase(String text, Random random) {
        StringBuilder spelled = new StringBuilder();
        for (char c : text.toCharArray()) {
            spelled.append(random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
        }
        return spelled.toString();
    }

    @Property
    void aStoredStrategyReadsBackEqualAndInItsCanonicalForm(@ForAll("fleetStrategies") FleetStrategy strategy) {
        Read read = FleetConfigReader.read(Documents.json(strategy));

        assertThat(read).isEqualTo(new Read.ValidStrategy(strategy, Json.MAPPER.valueToTree(strategy)));
    }

    @Property
    void aConfigThatRefersToAStrategyReadsBackAsItselfFromItsCanonicalForm(
            @ForAll("fleetConfigs") FleetConfig config, @ForAll("fleetStrategies") FleetStrategy strategy) {
        ObjectNode document = Json.MAPPER.valueToTree(config);
        ((ObjectNode) document.get("spec")).put("strategyRef", strategy.name()).remove("strategy");

        Read read = FleetConfigReader.read(Documents.json(document));

        assertThat(Documents.valid(read).spec().strategyRef()).isEqualTo(strategy.name());
        assertThat(Documents.valid(read).spec().strategy()).isEqualTo(Strategy.DEFAULT);
        assertThat(FleetConfigReader.read(Documents.json(((Read.Valid) read).canonical())))
                .isEqualTo(read);
    }

    @Property
    void theCanonicalFormBindsToTheSameRecordWithoutTheReader(@ForAll("fleetConfigs") FleetConfig config)
            throws Exception {
        Read.Valid valid = (Read.Valid) FleetConfigReader.read(Documents.json(config));

        byte[] stored = Json.MAPPER.writeValueAsBytes(valid.canonical());

        assertThat(Json.MAPPER.readValue(stored, FleetConfig.class)).isEqualTo(config);
        assertThat(FleetConfigReader.read(Documents.json(valid.canonical()))).isEqualTo(valid);
    }

    @Property(tries = 200)
    void theSameDocumentInYamlReadsEqual(@ForAll("fleetConfigs") FleetConfig config) throws Exception {
        // SnakeYAML writes these as line breaks, which a reader must fold into blanks (YAML 1.1, section 5.4).
        Assume.that(Json.MAPPER.writeValueAsString(config).codePoints().noneMatch(c -> LINE_BREAKS.indexOf(c) >= 0));
        byte[] yaml = YAML.writeValueAsBytes(Json.MAPPER.valueToTree(config));

        assertThat(Documents.valid(FleetConfigReader.read(yaml))).isEqualTo(config);
    }

    @Property
    void aKubeProxyConfigReadsBackEqual(@ForAll("kubeProxyConfigs") KubeProxyConfig config) {
        Assume.that(!config.equals(KubeProxyConfig.UNSET));

        assertThat(AzKubeProxyFile.read(Documents.json(config))).isEqualTo(asAzFile(config));
    }

    /** Texts for numbers and booleans, nulls for what is unset, names of azure-cli's model, UTF-16: az takes it, so it is read. */
    @Property
    void aFileReadsAsAzReadsIt(@ForAll("kubeProxyConfigs") KubeProxyConfig config, @ForAll Random random) {
        Assume.that(!config.equals(KubeProxyConfig.UNSET));
        JsonNode lenient = asAzAccepts(config, random);
        byte[] file = ("\uFEFF" + lenient)
                .getBytes(random.nextBoolean() ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE);

        assertThat(AzKubeProxyFile.read(file)).isEqualTo(asAzFile(config));
    }

    /** The documents of ours stay strict: what is not in the API's own types and names is refused, each with a path below kubeProxy. */
    @Property
    void aFleetConfigDoesNot(@ForAll("kubeProxyConfigs") KubeProxyConfig config, @ForAll Random random) {
        JsonNode lenient = asAzAccepts(config, random);
        Assume.that(!lenient.equals(Json.MAPPER.valueToTree(config)));

        Read read = FleetConfigReader.read(Documents.withKubeProxy(lenient.toString()));

        assertThat(read)
                .isInstanceOfSatisfying(
                        Read.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .allSatisfy(
                                        problem -> assertThat(problem.path()).startsWith("/spec/kubeProxy/")));
    }

    private static KubeProxyRead asAzFile(KubeProxyConfig config) {
        return new KubeProxyRead.Valid(
                KubeProxyRead.Kind.KUBE_PROXY, config, Json.MAPPER.valueToTree(config), List.of());
    }

    private static JsonNode asAzAccepts(KubeProxyConfig config, Random random) {
        ObjectNode file = Json.MAPPER.createObjectNode();
        member(file, "enabled", "enabled", config.enabled(), random);
        member(file, "mode", "mode", config.mode(), random);
        IpvsConfig ipvs = config.ipvsConfig();
        String name = random.nextBoolean() ? "ipvs_config" : "ipvsConfig";
        if (ipvs != null) {
            ObjectNode inner = file.putObject(name);
            member(inner, "scheduler", "scheduler", ipvs.scheduler(), random);
            member(inner, "tcpTimeoutSeconds", "tcp_timeout_seconds", ipvs.tcpTimeoutSeconds(), random);
            member(inner, "tcpFinTimeoutSeconds", "tcp_fin_timeout_seconds", ipvs.tcpFinTimeoutSeconds(), random);
            member(inner, "udpTimeoutSeconds", "udp_timeout_seconds", ipvs.udpTimeoutSeconds(), random);
        } else if (random.nextBoolean()) {
            file.putNull(name);
        }
        return file;
    }

    private static void member(ObjectNode object, String camel, String snake, @Nullable Object value, Random random) {
        String name = random.nextBoolean() ? camel : snake;
        if (value == null) {
            if (random.nextBoolean() && !object.isEmpty()) {
                object.putNull(name);
            }
        } else if (random.nextBoolean()) {
            object.put(name, value.toString());
        } else {
            object.set(name, Json.MAPPER.valueToTree(value));
        }
    }

    @Property(tries = 2000)
    void anyBytesAreAnsweredWithAValue(@ForAll byte[] bytes) {
        assertAnswered(bytes);
    }

    @Property(tries = 2000)
    void anyTextIsAnsweredWithAValue(@ForAll("structuredNoise") String text) {
        assertAnswered(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 3000)
    void aMutatedDocumentIsAnsweredWithAValue(@ForAll("mutatedDocuments") byte[] bytes) {
        assertAnswered(bytes);
    }

    /** A value, not an exception; and what is accepted can be stored. */
    private static void assertAnswered(byte[] bytes) {
        switch (FleetConfigReader.read(bytes)) {
            case Read.Valid(FleetConfig config, var canonical) ->
                assertThat(Documents.valid(FleetConfigReader.read(Documents.json(canonical))))
                        .isEqualTo(config);
            case Read.ValidStrategy(FleetStrategy strategy, var canonical) ->
                assertThat(Documents.validStrategy(FleetConfigReader.read(Documents.json(canonical))))
                        .isEqualTo(strategy);
            case Read.Invalid(List<Problem> problems) -> assertSpeaking(problems);
        }
        switch (AzKubeProxyFile.read(bytes)) {
            case KubeProxyRead.Valid valid ->
                assertThat(Documents.json(valid.canonical())).isEqualTo(Documents.json(valid.config()));
            case KubeProxyRead.Invalid invalid -> assertSpeaking(invalid.problems());
        }
    }

    private static void assertSpeaking(List<Problem> problems) {
        assertThat(problems)
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo(FleetConfigReader.MAX_PROBLEMS)
                .allSatisfy(problem -> {
                    assertThat(problem.message())
                            .endsWith(".")
                            .hasSizeLessThan(600)
                            .doesNotContain("\n");
                    assertThat(problem.path()).matches("|/(?s).*");
                });
    }

    @Provide
    Arbitrary<FleetConfig> fleetConfigs() {
        return FleetConfigArbitraries.fleetConfigs();
    }

    @Provide
    Arbitrary<FleetStrategy> fleetStrategies() {
        return FleetConfigArbitraries.fleetStrategies();
    }

    @Provide
    Arbitrary<KubeProxyConfig> kubeProxyConfigs() {
        return FleetConfigArbitraries.writableKubeProxyConfigs();
    }

    @Provide
    Arbitrary<String> structuredNoise() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ":",
                        ",",
                        "\"",
                        "'",
                        "- ",
                        "\n",
                        "  ",
                        "&a ",
                        "*a ",
                        "<<: ",
                        "!!binary ",
                        "!!java.net.URL ",
                        "? ",
                        "| ",
                        "> ",
                        "%YAML 1.1\n",
                        "---\n",
                        "...\n",
                        "#",
                        "null",
                        "~",
                        "true",
                        ".nan",
                        ".inf",
                        "1e999",
                        "-0.0",
                        "0x1F",
                        "1_000",
                        "2001-01-01",
                        "spec",
                        "kubeProxy",
                        "\\ud800",
                        "\t",
                        "\u0000",
                        "\uFEFF",
                        "\u2028",
                        "é")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<byte[]> mutatedDocuments() {
        Arbitrary<byte[]> documents = Arbitraries.oneOf(
                Arbitraries.just(Documents.EVERY_FIELD),
                Arbitraries.just(Documents.STRATEGY),
                Arbitraries.just(Documents.json(Documents.valid(FleetConfigReader.read(Documents.EVERY_FIELD)))),
                Arbitraries.just(Documents.MICROSOFT_SAMPLE));
        Arbitrary<String> inserts = Arbitraries.of(
                "",
                "{",
                "}",
                "[",
                "]",
                "\"",
                ":",
                ",",
                "null",
                "-1",
                "1e400",
                "\"x\":1,",
                "*a",
                "&a ",
                "\n",
                "9".repeat(40));
        return Combinators.combine(
                        documents,
                        Arbitraries.doubles().between(0, 1),
                        Arbitraries.integers().between(0, 30),
                        inserts)
                .as(FleetConfigReaderProperties::mutated);
    }

    private static byte[] mutated(byte[] document, double where, int cut, String insert) {
        String text = new String(document, StandardCharsets.UTF_8);
        int at = (int) (where * text.length());
        int end = Math.min(text.length(), at + cut);
        return (text.substring(0, at) + insert + text.substring(end)).getBytes(StandardCharsets.UTF_8);
    }
}

package dev.kubeproxyfleet.schemas.config;

import static dev.kubeproxyfleet.schemas.config.Documents.bytes;
import static dev.kubeproxyfleet.schemas.config.Documents.problems;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyRead.Kind;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as the Azure command line takes them, and what people paste instead of one. */
class AzKubeProxyFileTest {

    private static final KubeProxyConfig ROUND_ROBIN =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, 800, 60, 200));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "utf16-little-endian.json",
                "utf16-big-endian.json",
                "utf16-without-mark.json",
                "utf8-with-mark.json",
                "texts.json",
                "snake-case.json"
            })
    void whatAzTakesIsTakenWithoutAWord(String file) {
        KubeProxyRead.Valid valid = valid(file);

        assertThat(valid.kind()).isEqualTo(Kind.KUBE_PROXY);
        assertThat(valid.config()).isEqualTo(ROUND_ROBIN);
        assertThat(valid.canonical()).isEqualTo(Json.MAPPER.valueToTree(ROUND_ROBIN));
        assertThat(valid.notes()).isEmpty();
    }

    @Test
    void membersThatAreNullCountAsAbsent() {
        assertThat(valid("null-members.json").config())
                .isEqualTo(new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null));
        assertThat(valid("null-ipvs-members.json").config())
                .isEqualTo(new KubeProxyConfig(null, KubeProxyMode.IPVS, null));
        assertThat(configOf("{\"mode\": \"NFTABLES\", \"ipvsConfig\": {\"scheduler\": null}}"))
                .isEqualTo(new KubeProxyConfig(null, KubeProxyMode.NFTABLES, null));
        assertThat(configOf(
                        "{\"mode\": \"IPVS\", \"ipvsConfig\": null, \"ipvs_config\": {\"scheduler\": \"RoundRobin\"}}"))
                .extracting(KubeProxyConfig::ipvsConfig)
                .isEqualTo(new IpvsConfig(IpvsScheduler.RoundRobin, null, null, null));
    }

    @Test
    void aDisabledKubeProxyLeavesItsIpvsSettingsOutAndSaysSo() {
        KubeProxyRead.Valid valid = valid("disabled-with-ipvs.json");

        assertThat(valid.config()).isEqualTo(new KubeProxyConfig(false, KubeProxyMode.IPVS, null));
        assertThat(valid.config().effective()).isEqualTo(EffectiveKubeProxy.DISABLED);
        assertThat(valid.notes()).containsExactly("left out ipvsConfig, which has no effect where enabled is false");
    }

    @ParameterizedTest
    @CsvSource({
        "true,true",
        "FALSE,false",
        "\"true\",true",
        "\"False\",false",
        "\"1\",true",
        "\"0\",false",
        "1,true",
        "0,false"
    })
    void aBooleanIsReadInEverySpellingOfAz(String written, boolean enabled) {
        // YAML, since FALSE is no JSON.
        assertThat(configOf("enabled: " + written.replace("FALSE", "\"FALSE\"")))
                .isEqualTo(new KubeProxyConfig(enabled, null, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"mod\": \"IPVS\"} | UnknownField /mod | allowed are enabled, mode, ipvsConfig",
                "{\"mode\": \"IPVS\", \"fast\": null} | UnknownField /fast | allowed are enabled, mode, ipvsConfig",
                "{\"mode\": \"IPVS\", \"ipvs_config\": {\"sheduler\": \"RoundRobin\"}} | UnknownField /ipvsConfig/sheduler | allowed are scheduler",
                "{\"mode\": \"EBPF\"} | InvalidValue /mode | allowed is IPTABLES or IPVS or NFTABLES",
                "{\"mode\": 5} | WrongType /mode | allowed is IPTABLES or IPVS or NFTABLES",
                "{\"enabled\": \"yes\"} | WrongType /enabled | allowed is true or false",
                "{\"enabled\": 2} | WrongType /enabled | allowed is true or false",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"Fastest\"}} | InvalidValue /ipvsConfig/scheduler | allowed is LeastConnection or RoundRobin",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"tcp_timeout_seconds\": 0}} | InvalidValue /ipvsConfig/tcpTimeoutSeconds | from 1 to 2147483647",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"TCPTimeoutSeconds\": \"0\"}} | InvalidValue /ipvsConfig/tcpTimeoutSeconds | from 1 to 2147483647",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": \"-5\"}} | InvalidValue /ipvsConfig/udpTimeoutSeconds | from 1 to 2147483647",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": \"2147483648\"}} | InvalidValue /ipvsConfig/udpTimeoutSeconds | from 1 to 2147483647",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": \"15m\"}} | WrongType /ipvsConfig/udpTimeoutSeconds | from 1 to 2147483647",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": 1.5}} | WrongType /ipvsConfig/udpTimeoutSeconds | from 1 to 2147483647",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"udpTimeoutSeconds\": true}} | WrongType /ipvsConfig/udpTimeoutSeconds | from 1 to 2147483647",
                "{\"enabled\": false, \"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"Fastest\"}} | InvalidValue /ipvsConfig/scheduler | allowed is LeastConnection or RoundRobin",
                "{\"mode\": \"NFTABLES\", \"ipvsConfig\": {\"scheduler\": \"RoundRobin\"}} | InvalidValue /ipvsConfig | only with mode IPVS",
                "{\"mode\": \"IPVS\", \"ipvsConfig\": {}, \"ipvs_config\": {}} | DuplicateKey /ipvsConfig | leave one of them out",
                "{\"mode\": \"IPVS\", \"mode\": \"IPVS\"} | DuplicateKey /mode | leave one of them out",
                "{\"mode\": \"IPVS\"} and more | NotJson  | is not JSON",
                "{\"mode\": \"IPVS\"} {\"mode\": \"IPVS\"} | NotJson  | More follows",
                "7 | WrongType  | the object of az aks --kube-proxy-config"
            })
    void aRealMistakeIsRefusedWithFieldAndWhatIsAllowed(String file, String problem, String allowed) {
        assertThat(problems(AzKubeProxyFile.read(bytes(file))))
                .hasEntrySatisfying(
                        problem.contains("/") ? problem : problem + " ",
                        message -> assertThat(message).contains(allowed));
    }

    /** Azure shows a disabled kube-proxy as an empty object: taking it for the default, or for disabled, would be a guess. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"enabled\": null, \"mode\": null, \"ipvsConfig\": null}",
                "{\"kubeProxyConfig\": {}}",
                "{\"networkProfile\": {\"kubeProxyConfig\": {\"enabled\": null, \"ipvsConfig\": null, \"mode\": null}}}"
            })
    void aConfigurationThatSetsNothingIsNotGuessedAt(String file) {
        assertThat(problems(AzKubeProxyFile.read(bytes(file))).values())
                .singleElement()
                .asString()
                .contains("sets nothing", "{\"enabled\": false}");
    }

    @ParameterizedTest
    @CsvSource({
        "aks-show.json,CLUSTER,networkProfile.kubeProxyConfig of an AKS cluster",
        "arm-cluster.json,CLUSTER,properties.networkProfile.kubeProxyConfig of an AKS cluster",
        "network-profile.json,NETWORK_PROFILE,kubeProxyConfig of the networkProfile of an AKS cluster",
        "wrapper.json,WRAPPER,kubeProxyConfig of a kubeProxyConfig wrapper"
    })
    void whatIsPastedIsUsedAndSaidToBe(String file, Kind kind, String used) {
        KubeProxyRead.Valid valid = valid(file);

        assertThat(valid.kind()).isEqualTo(kind);
        assertThat(valid.config()).isEqualTo(ROUND_ROBIN);
        assertThat(valid.notes()).singleElement().asString().startsWith("used " + used);
    }

    @ParameterizedTest
    @ValueSource(strings = {"aks-show.json", "arm-cluster.json", "network-profile.json", "wrapper.json"})
    void whatIsPastedWithoutOneIsToldTheObjectAndTheCommand(String file) throws IOException {
        ObjectNode root = (ObjectNode) Json.MAPPER.readTree(Documents.az(file));
        root.findParents("kubeProxyConfig").forEach(parent -> ((ObjectNode) parent).putNull("kubeProxyConfig"));

        assertThat(problems(AzKubeProxyFile.read(Documents.json(root))).values())
                .singleElement()
                .asString()
                .contains("holds no kubeProxyConfig", "{\"enabled\": true, \"mode\": \"IPVS\"}")
                .contains("az aks show -g <group> -n <cluster> --query networkProfile.kubeProxyConfig");
    }

    @Test
    void aListOfClustersIsNotChosenFrom() throws IOException {
        JsonNode cluster = Json.MAPPER.readTree(Documents.az("aks-show.json"));
        for (Object list : List.of(List.of(cluster), Map.of("value", List.of(cluster)))) {
            KubeProxyRead read = AzKubeProxyFile.read(Documents.json(list));

            assertThat(read.kind()).isEqualTo(Kind.CLUSTERS);
            assertThat(problems(read).values()).singleElement().asString().contains("the kubeProxyConfig of one");
        }
    }

    @Test
    void twoConfigurationsInOnePasteAreNotChosenFrom() {
        assertThat(problems(AzKubeProxyFile.read(bytes("""
                        {"networkProfile": {"kubeProxyConfig": {"mode": "IPVS"}},
                         "properties": {"networkProfile": {"kubeProxyConfig": {"mode": "IPTABLES"}}}}"""))).values())
                .singleElement()
                .asString()
                .contains(
                        "more than one",
                        "networkProfile.kubeProxyConfig and properties.networkProfile.kubeProxyConfig");
    }

    @Test
    void aFleetConfigIsRecognised() {
        KubeProxyRead read = AzKubeProxyFile.read(Documents.EVERY_FIELD);

        assertThat(read.kind()).isEqualTo(Kind.FLEET_DOCUMENT);
        assertThat(problems(read).values()).singleElement().asString().contains("FleetConfig");
    }

    /** Each way to break a paste: cut, garbled, a bare word, a wrong configuration, none. */
    @ParameterizedTest
    @EnumSource(Breakage.class)
    void nothingOfAPastedClusterIsRepeated(Breakage breakage) {
        for (String file : List.of("aks-show.json", "arm-cluster.json")) {
            String text = new String(Documents.az(file), StandardCharsets.UTF_8);

            KubeProxyRead read = AzKubeProxyFile.read(bytes(breakage.apply(text)));

            assertThat(problems(read).toString())
                    .doesNotContain("S3cret", "22222222", "11111111", "shop-1", "azureuser");
            assertThat(
                            FleetConfigReader.read(bytes(breakage.apply(text))) instanceof Read.Invalid(var problems)
                                    ? problems.toString()
                                    : "accepted")
                    .doesNotContain("S3cret");
        }
    }

    enum Breakage {
        CUT,
        BARE_WORD,
        WRONG_MODE,
        NO_OBJECT,
        NONE,
        TWICE;

        String apply(String text) {
            return switch (this) {
                case CUT -> text.substring(0, text.indexOf("S3cret") + 8);
                case BARE_WORD ->
                    text.replace("\"S3cretOfThePrincipal\"", "S3cretOfThePrincipal")
                            .substring(0, text.length() - 10);
                case WRONG_MODE -> text.replace("\"IPVS\"", "\"EBPF\"");
                case NO_OBJECT ->
                    text.replace("\"kubeProxyConfig\": {", "\"kubeProxyConfig\": [\"S3cret\"], \"other\": {");
                case NONE -> text.replace("kubeProxyConfig", "somethingElse");
                case TWICE -> text.replace("\"adminPassword\"", "\"adminUsername\"");
            };
        }
    }

    private static KubeProxyRead.Valid valid(String file) {
        return valid(Documents.az(file));
    }

    private static KubeProxyConfig configOf(String text) {
        return valid(bytes(text)).config();
    }

    private static KubeProxyRead.Valid valid(byte[] file) {
        return switch (AzKubeProxyFile.read(file)) {
            case KubeProxyRead.Valid valid -> valid;
            case KubeProxyRead.Invalid invalid -> throw new AssertionError("refused: " + invalid.problems());
        };
    }
}

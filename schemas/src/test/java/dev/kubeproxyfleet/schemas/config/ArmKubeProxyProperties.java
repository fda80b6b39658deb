package dev.kubeproxyfleet.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** ARM shows less than it was told, and may show more than we know. */
class ArmKubeProxyProperties {

    @Example
    void anAbsentPropertyMeansThatNothingIsSet() {
        assertThat(ArmKubeProxy.read(null)).contains(KubeProxyConfig.UNSET);
        assertThat(ArmKubeProxy.read(NullNode.getInstance())).contains(KubeProxyConfig.UNSET);
        assertThat(ArmKubeProxy.read(MissingNode.getInstance())).contains(KubeProxyConfig.UNSET);
    }

    @Example
    void anEmptyObjectMeansDisabled() {
        assertThat(ArmKubeProxy.read(JsonNodeFactory.instance.objectNode())).contains(KubeProxyConfig.DISABLED);
    }

    @Property
    void whatIsNotEmptyIsEchoedAsWritten(@ForAll("configs") KubeProxyConfig config) {
        JsonNode written = ArmKubeProxy.write(config);

        assertThat(ArmKubeProxy.read(written)).contains(written.isEmpty() ? KubeProxyConfig.DISABLED : config);
    }

    /** What is desired is compared with what ARM shows, so a write that took effect must look like it. */
    @Property
    void whatWasSentReadsBackAsTheSameMeaningHoweverLittleArmShows(
            @ForAll("configs") KubeProxyConfig desired, @ForAll("configs") KubeProxyConfig before) {
        KubeProxyConfig sent = desired.toSendOver(before);

        assertThat(ArmKubeProxy.read(shown(sent)).map(KubeProxyConfig::effective))
                .contains(desired.effective());
    }

    @Property
    void whatMeansSomethingElseNeverReadsBackAsTheSame(
            @ForAll("configs") KubeProxyConfig one, @ForAll("configs") KubeProxyConfig other) {
        Assume.that(!one.effective().equals(other.effective()));

        assertThat(ArmKubeProxy.read(shown(one)).map(KubeProxyConfig::effective))
                .isNotEqualTo(ArmKubeProxy.read(shown(other)).map(KubeProxyConfig::effective));
    }

    @Property
    void whatIsRolledBackToMeansWhatArmHadShown(@ForAll("configs") KubeProxyConfig before) {
        EffectiveKubeProxy known =
                ArmKubeProxy.read(shown(before)).orElseThrow().effective();

        assertThat(ArmKubeProxy.read(shown(KubeProxyConfig.explicit(known))).map(KubeProxyConfig::effective))
                .contains(known);
    }

    /** What a GET shows after a PUT: nothing where nothing was set, an empty object where disabled, else what was sent. */
    private static @Nullable JsonNode shown(KubeProxyConfig sent) {
        ObjectNode written = ArmKubeProxy.write(sent);
        if (written.isEmpty()) {
            return null;
        }
        return sent.effective().enabled() ? written : JsonNodeFactory.instance.objectNode();
    }

    @Example
    void whatIsUnsetIsNotWritten() {
        assertThat(ArmKubeProxy.write(new KubeProxyConfig(
                        true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, null, 60, null))))
                .hasToString(
                        "{\"enabled\":true,\"mode\":\"IPVS\",\"ipvsConfig\":{\"scheduler\":\"RoundRobin\",\"tcpFinTimeoutSeconds\":60}}");
    }

    @Example
    void aFieldOfANewerApiIsIgnored() {
        assertThat(ArmKubeProxy.read(json("{\"mode\":\"IPTABLES\",\"new\":{\"a\":1}}")))
                .contains(new KubeProxyConfig(null, KubeProxyMode.IPTABLES, null));
    }

    @Property
    void aValueThatIsNotKnownProvesNothing(@ForAll("unknown") String returned) {
        assertThat(ArmKubeProxy.read(json(returned))).isEmpty();
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Provide
    Arbitrary<KubeProxyConfig> configs() {
        return FleetConfigArbitraries.kubeProxyConfigs();
    }

    @Provide
    Arbitrary<String> unknown() {
        return Arbitraries.of(
                "{\"mode\":\"EBPF\"}",
                "{\"mode\":\"\"}",
                "{\"mode\":1}",
                "{\"enabled\":\"perhaps\"}",
                "{\"ipvsConfig\":{\"scheduler\":\"SourceHash\"}}",
                "{\"ipvsConfig\":{\"tcpTimeoutSeconds\":0}}",
                "{\"ipvsConfig\":{\"tcpTimeoutSeconds\":99999999999}}",
                "{\"ipvsConfig\":[]}",
                "[]",
                "7",
                "\"IPVS\"");
    }
}

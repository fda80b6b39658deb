package dev.kubeproxyfleet.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What a configuration means, and what must be sent so that it comes to mean that. */
class KubeProxyConfigProperties {

    @Example
    void nothingSetMeansIptables() {
        assertThat(KubeProxyConfig.UNSET.effective())
                .isEqualTo(new EffectiveKubeProxy(true, KubeProxyMode.IPTABLES, null))
                .isEqualTo(new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null).effective());
    }

    @Example
    void ipvsWithoutSettingsMeansTheDefaultsOfKubeProxyAndKernel() {
        assertThat(new KubeProxyConfig(null, KubeProxyMode.IPVS, null)
                        .effective()
                        .describe())
                .isEqualTo("IPVS RoundRobin tcp=900s tcpfin=120s udp=300s");
    }

    @Property
    void disabledMeansDisabledWhateverElseIsSet(@ForAll("configs") KubeProxyConfig config) {
        assertThat(new KubeProxyConfig(false, config.mode(), config.ipvsConfig()).effective())
                .isEqualTo(EffectiveKubeProxy.DISABLED);
    }

    @Property
    void writingTheDefaultsOutChangesNoMeaning(@ForAll("configs") KubeProxyConfig config) {
        EffectiveKubeProxy effective = config.effective();
        KubeProxyConfig writtenOut = KubeProxyConfig.explicit(effective);

        assertThat(writtenOut.effective()).isEqualTo(effective);
    }

    @Property
    void whatIsWrittenOutLeavesNothingToADefault(@ForAll("configs") KubeProxyConfig config) {
        KubeProxyConfig writtenOut = KubeProxyConfig.explicit(config.effective());

        assertThat(writtenOut.enabled()).isEqualTo(config.effective().enabled());
        assertThat(writtenOut.toSendOver(config)).isEqualTo(writtenOut);
        if (config.effective().ipvs() != null) {
            assertThat(writtenOut.ipvsConfig()).hasNoNullFieldsOrProperties();
        }
    }

    @Property
    void ipvsSettingsMeanSomethingExactlyInModeIpvs(@ForAll("configs") KubeProxyConfig config) {
        EffectiveKubeProxy effective = config.effective();

        assertThat(effective.ipvs() != null).isEqualTo(effective.enabled() && effective.mode() == KubeProxyMode.IPVS);
    }

    @Property
    void whatIsSentMeansWhatWasAskedFor(
            @ForAll("configs") KubeProxyConfig desired, @ForAll("configs") KubeProxyConfig current) {
        assertThat(desired.toSendOver(current).effective()).isEqualTo(desired.effective());
    }

    @Property
    void whatIsSentSetsEveryTimeoutThatTheClusterHasSet(
            @ForAll("ipvs") KubeProxyConfig desired, @ForAll("ipvs") KubeProxyConfig current) {
        IpvsConfig theirs = orUnset(current.ipvsConfig());
        IpvsConfig sent = orUnset(desired.toSendOver(current).ipvsConfig());

        assertThat(sent.tcpTimeoutSeconds() == null && theirs.tcpTimeoutSeconds() != null)
                .isFalse();
        assertThat(sent.tcpFinTimeoutSeconds() == null && theirs.tcpFinTimeoutSeconds() != null)
                .isFalse();
        assertThat(sent.udpTimeoutSeconds() == null && theirs.udpTimeoutSeconds() != null)
                .isFalse();
    }

    @Property
    void overAClusterWithoutIpvsSettingsItIsSentAsItIs(@ForAll("configs") KubeProxyConfig desired) {
        assertThat(desired.toSendOver(KubeProxyConfig.UNSET)).isEqualTo(desired);
        assertThat(desired.toSendOver(KubeProxyConfig.DISABLED)).isEqualTo(desired);
    }

    @Example
    void anUnsetTimeoutIsSentAsTheKernelsDefaultWhereTheClusterHasOne() {
        KubeProxyConfig desired = new KubeProxyConfig(true, KubeProxyMode.IPVS, null);
        KubeProxyConfig current = new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(null, 60, null, null));

        assertThat(desired.toSendOver(current))
                .isEqualTo(new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(null, 900, null, null)));
    }

    private static IpvsConfig orUnset(@Nullable IpvsConfig config) {
        return config == null ? IpvsConfig.UNSET : config;
    }

    @Provide
    Arbitrary<KubeProxyConfig> configs() {
        return FleetConfigArbitraries.kubeProxyConfigs();
    }

    @Provide
    Arbitrary<KubeProxyConfig> ipvs() {
        return FleetConfigArbitraries.ipvsConfigs()
                .injectNull(0.2)
                .map(ipvs -> new KubeProxyConfig(true, KubeProxyMode.IPVS, ipvs));
    }
}

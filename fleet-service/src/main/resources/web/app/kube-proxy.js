/* What a config gives its clusters in one line, as `Desired.describe` of the service says it. */

const DEFAULTS = { scheduler: 'RoundRobin', tcpTimeoutSeconds: 900, tcpFinTimeoutSeconds: 120, udpTimeoutSeconds: 300 };

const agents = ({ enabled, image, jvmImage, kafka }) =>
  enabled === false ? 'no agents' : `agents ${image} · ${jvmImage} · for ${kafka}`;

export const describe = (spec) => (spec.agents ? agents(spec.agents) : kubeProxy(spec.kubeProxy));

function kubeProxy(config) {
  if (config.enabled === false) {
    return 'kube-proxy disabled';
  }
  const mode = config.mode ?? 'IPTABLES';
  if (mode !== 'IPVS') {
    return mode;
  }
  const ipvs = { ...DEFAULTS, ...config.ipvsConfig };
  return [
    `IPVS ${ipvs.scheduler}`,
    `TCP ${ipvs.tcpTimeoutSeconds} s`,
    `TCP FIN ${ipvs.tcpFinTimeoutSeconds} s`,
    `UDP ${ipvs.udpTimeoutSeconds} s`,
  ].join(' · ');
}

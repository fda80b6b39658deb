/* A kube-proxy configuration in one line, as `EffectiveKubeProxy.describe` of the service says it. */

const DEFAULTS = { scheduler: 'RoundRobin', tcpTimeoutSeconds: 900, tcpFinTimeoutSeconds: 120, udpTimeoutSeconds: 300 };

export function describe(config) {
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

/* The nodes of a cluster, one by one: what each runs and proves, and what it tells beside. */
import { html } from 'lit';
import { nodeCell } from './kubernetes.js';
import { count, decimal, empty, moment, number, short } from './parts.js';

/** The nodes beside those that are expected to report. */
function beside(cluster) {
  const windows = cluster.windowsNodeCount;
  return [
    windows > 0 && `; ${count(windows, 'Windows node')}, where no agent runs`,
    cluster.autoprovisioning && '; Azure adds nodes that no pool counts (autoprovisioning)',
  ]
    .filter(Boolean)
    .join('');
}

/** Columns that only an agent can fill. */
const BY_AGENT = 12;

/** How many nodes there are by the Kubernetes API, where that is another number than Azure counts. */
const byKubernetes = ({ nodeCount, kubernetes }) => {
  const there = kubernetes?.seen?.linuxNodes;
  return there == null || there === nodeCount ? '' : `; the Kubernetes API shows ${there}`;
};

const timeouts = ({ tcpTimeoutSeconds, tcpFinTimeoutSeconds, udpTimeoutSeconds }) =>
  tcpTimeoutSeconds == null
    ? '–'
    : `${tcpTimeoutSeconds} / ${tcpFinTimeoutSeconds ?? '–'} / ${udpTimeoutSeconds ?? '–'}`;

/** The settings of IPVS by their names in /proc/sys/net/ipv4/vs; null is unknown. */
const sysctls = (told) =>
  told
    ? Object.entries({
        conntrack: told.conntrack,
        conn_reuse_mode: told.connReuseMode,
        expire_nodest_conn: told.expireNodestConn,
        expire_quiescent_template: told.expireQuiescentTemplate,
      }).map(([name, value]) => html`<span class="line sub">${name}=${value ?? 'unknown'}</span>`)
    : '–';

/** What is judged nowhere, or of the cluster as a whole only; empty where no node tells anything of it. */
const details = (cluster) =>
  cluster.nodes.every((each) => !each.details && each.evidence.length === 0)
    ? ''
    : html`<section class="panel flush" aria-labelledby="details-title">
        <div class="toolbar"><h2 id="details-title">What nodes tell beside</h2></div>
        <table class="cards" data-testid="node-details">
          <thead>
            <tr>
              <th>Node</th>
              <th>Kernel</th>
              <th>Does not fit together</th>
              <th class="num">Programmed in</th>
              <th class="num">No local endpoints</th>
              <th class="num">Invalid drops</th>
              <th class="num">Loopback ports</th>
              <th>IPVS settings</th>
            </tr>
          </thead>
          <tbody>
            ${cluster.nodes.map(
              ({ node, evidence, details: told }) =>
                html`<tr data-testid="node-detail" data-node=${node}>
                  <th scope="row">${node}</th>
                  <td data-label="Kernel">${told?.kernelRelease ?? '–'}</td>
                  <td data-label="Does not fit together" class=${evidence.length ? 'attention' : ''}>
                    ${evidence.length ? evidence.join(', ') : told ? 'nothing' : '–'}
                  </td>
                  <td
                    data-label="Programmed in"
                    class="num"
                    title="from a change of endpoints until it was programmed, on average"
                  >
                    ${told?.networkProgrammingSeconds == null ? '–' : `${decimal(told.networkProgrammingSeconds)} s`}
                  </td>
                  <td
                    data-label="No local endpoints"
                    class="num"
                    title="service ports of internal / external policy Local"
                  >
                    ${number(told?.noLocalEndpointsInternal)} / ${number(told?.noLocalEndpointsExternal)}
                  </td>
                  <td data-label="Invalid drops" class="num" title="packets that connection tracking called invalid">
                    ${number(told?.ctStateInvalidDropsTotal)}
                  </td>
                  <td
                    data-label="Loopback ports"
                    class="num"
                    title="packets accepted to a NodePort of a loopback address"
                  >
                    ${number(told?.localhostNodePortsAcceptedTotal)}
                  </td>
                  <td data-label="IPVS settings">${sysctls(told?.ipvsSysctls)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </section>`;

/** A node that only the Kubernetes API shows; across the columns that agents fill. */
const silent = (node) =>
  html`<tr data-testid="silent-node" data-node=${node.node}>
    <th scope="row">${node.node}</th>
    <td data-label="Agent" class="attention" colspan=${BY_AGENT}>no agent reports</td>
    <td data-label="Kubernetes API">${nodeCell(node, false)}</td>
  </tr>`;

export const nodes = (cluster) =>
  html`<section class="panel flush" aria-labelledby="nodes-title">
      <div class="toolbar">
        <h2 id="nodes-title">
          Nodes
          <small
            >${cluster.health?.nodesReporting ?? 0} of ${cluster.nodeCount}
            report${byKubernetes(cluster)}${beside(cluster)}</small
          >
        </h2>
      </div>
      ${
        cluster.nodes.length + cluster.silentNodes.length === 0
          ? empty('No node has reported.', 'Install the node agent on this cluster to see what its kernels run.')
          : html`<table class="cards" data-testid="nodes">
              <thead>
                <tr>
                  <th>Node</th>
                  <th>Runs</th>
                  <th>Proof</th>
                  <th>kube-proxy</th>
                  <th>Started</th>
                  <th>DNS</th>
                  <th>Timeouts</th>
                  <th class="num">Services</th>
                  <th class="num">Backends</th>
                  <th class="num">Active</th>
                  <th class="num">New /s</th>
                  <th class="num">Imbalance</th>
                  <th>Seen</th>
                  ${cluster.kubernetes ? html`<th>Kubernetes API</th>` : ''}
                </tr>
              </thead>
              <tbody>
                ${cluster.nodes.map(
                  (each) =>
                    html`<tr data-testid="node" data-node=${each.node}>
                      <th scope="row">${each.node}</th>
                      <td data-label="Runs">${each.mode ?? 'unknown'} ${each.scheduler ?? ''}</td>
                      <td data-label="Proof" data-testid="proof" class=${each.proof === 'Proven' ? '' : 'attention'}>
                        ${each.proofText}
                      </td>
                      <td data-label="kube-proxy" data-testid="kube-proxy">${each.kubeProxyVersion ?? '-'}</td>
                      <td data-label="Started">${each.kubeProxyStartedAt ? moment(each.kubeProxyStartedAt) : '-'}</td>
                      <td
                        data-label="DNS"
                        data-testid="probe"
                        title="whether the agent reaches cluster DNS through its ClusterIP"
                        class=${each.probe === 'Failing' ? 'attention' : ''}
                      >
                        ${each.probe?.toLowerCase() ?? '-'}
                      </td>
                      <td
                        data-label="Timeouts"
                        title=${each.timeoutsByKernel ? 'held by the kernel' : "kube-proxy's word"}
                      >
                        ${timeouts(each)}
                      </td>
                      <td data-label="Services" class="num">${number(each.services)}</td>
                      <td data-label="Backends" class="num">${number(each.backends)}</td>
                      <td data-label="Active" class="num">${short(each.activeConnections)}</td>
                      <td data-label="New /s" class="num">${decimal(each.connectionsPerSecond, 1)}</td>
                      <td data-label="Imbalance" class="num">${decimal(each.imbalance)}</td>
                      <td data-label="Seen">${moment(each.takenAt)}</td>
                      ${
                        cluster.kubernetes
                          ? html`<td data-label="Kubernetes API" data-testid="node-kubernetes">
                              ${nodeCell(each.kubernetes, each.foreign)}
                            </td>`
                          : ''
                      }
                    </tr>`,
                )}
                ${cluster.silentNodes.map(silent)}
              </tbody>
            </table>`
      }
    </section>
    ${details(cluster)}`;

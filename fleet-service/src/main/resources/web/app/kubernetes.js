/* What a cluster's Kubernetes API shows: that a configuration was rolled out, and not that it works. */
import { html } from 'lit';
import { count, form, moment } from './parts.js';

/** A kube-proxy in one line, whoever says what it runs. */
export const running = (told) =>
  [
    told.mode ?? 'unknown mode',
    told.scheduler,
    told.tcpTimeoutSeconds != null && `tcp ${told.tcpTimeoutSeconds} s`,
    told.tcpFinTimeoutSeconds != null && `tcpfin ${told.tcpFinTimeoutSeconds} s`,
    told.udpTimeoutSeconds != null && `udp ${told.udpTimeoutSeconds} s`,
  ]
    .filter(Boolean)
    .join(' ');

/** Backticks of a sentence as code. */
const marked = (text) => text.split('`').map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));

/** What is not as it should be, with its code and what helps. */
export const finding = ({ code, message, helps }, beside = '') =>
  html`<span class="line attention"
    >${message} <code>${code}</code>${beside}${helps ? html`<span class="sub">${marked(helps)}</span>` : ''}</span
  >`;

export const isOld = (seen) => Date.now() >= new Date(seen.oldFrom).getTime();

/** Who sees a cluster's inside through its Kubernetes API, for a row of a table; empty where nobody looks. */
export const inShort = ({ kubernetes }) => {
  if (!kubernetes) {
    return '';
  }
  const { seen, trouble, disagreement } = kubernetes;
  const set = seen?.daemonSet;
  return html`<span class="sub" data-testid="kubernetes-short"
    >Kubernetes:
    ${[
      seen && (set ? `${set.updated} of ${set.desired} rolled out` : 'no DaemonSet'),
      seen && isOld(seen) && 'old',
      trouble?.code,
    ]
      .filter(Boolean)
      .join(', ')}${disagreement ? html` <span class="attention">${disagreement.code}</span>` : ''}</span
  >`;
};

const daemonSet = (set) =>
  set
    ? html`<span class="line"
        >DaemonSet: ${running(set)}; of ${count(set.desired, 'node')} ${set.updated} updated, ${set.available}
        available${
          set.observed
            ? ''
            : html`<span class="sub attention">its newest specification is not being rolled out yet</span>`
        }</span
      >`
    : html`<span class="line attention">There is no DaemonSet kube-system/kube-proxy.</span>`;

const pods = ({ pods: groups, restarting }) =>
  html`${groups.map(
    (each) =>
      html`<span class="line ${each.ready && each.newest ? '' : 'attention'}"
        >${count(each.count, 'pod')}:
        ${running(each)}${each.ready ? '' : ', not ready'}${each.newest ? '' : ', to be replaced'}</span
      >`,
  )}${
    restarting
      ? html`<span class="line attention"
          >${count(restarting, 'pod')} ${form(restarting, 'restarts', 'restart')} again and again</span
        >`
      : ''
  }`;

const machines = (seen) => {
  const architectures = Object.entries(seen.architectures).map(([name, nodes]) => `${nodes} ${name}`);
  return [
    `${seen.linuxNodes} Linux (${[`${seen.readyLinuxNodes} ready`, ...architectures].join(', ')})`,
    seen.windowsNodes > 0 && `${seen.windowsNodes} Windows, where no agent runs`,
    seen.virtualNodes > 0 && `${seen.virtualNodes} virtual`,
  ]
    .filter(Boolean)
    .join('; ');
};

/** The DaemonSets of agents; nothing where nobody looks at them. */
const agents = ({ agents: sets }) =>
  sets
    ? html`<div>
        <dt>Agents by the Kubernetes API</dt>
        <dd data-testid="agents-installed">
          ${
            sets.length === 0
              ? 'none'
              : sets.map(
                  (set) =>
                    html`<span
                      class="line ${set.owned && set.observed && set.available === set.desired ? '' : 'attention'}"
                      >${set.name}: ${set.image} for ${set.kafka ?? 'unknown brokers'}; of ${count(set.desired, 'node')}
                      ${set.updated} updated, ${set.available}
                      available${Object.entries(set.waiting).map(([reason, pods]) => `, ${reason} on ${pods}`)}${
                        set.owned ? '' : '; not installed by this service'
                      }</span
                    >`,
                )
          }
        </dd>
      </div>`
    : '';

const seenWhen = (seen) =>
  html`<span class="line ${isOld(seen) ? 'attention' : 'quiet'}" data-testid="kubernetes-age"
    >${isOld(seen) ? 'old: ' : ''}seen ${moment(seen.at)}</span
  >`;

/** Beside what the nodes say; what nobody looks at is said to be so. */
export const kubernetesFacts = ({ kubernetes }) => {
  if (!kubernetes) {
    return html`<div>
      <dt>Kubernetes API says</dt>
      <dd class="quiet" data-testid="kubernetes">not looked at</dd>
    </div>`;
  }
  const { seen, trouble, troubleSince, disagreement } = kubernetes;
  const events = Object.entries(seen?.events ?? {});
  return html`<div>
      <dt>Kubernetes API says</dt>
      <dd data-testid="kubernetes">
        ${
          seen
            ? html`${daemonSet(seen.daemonSet)} ${pods(seen)} ${seenWhen(seen)}`
            : html`<span class="line quiet">never seen</span>`
        }
        ${trouble ? finding(trouble, html`, since ${moment(troubleSince)}`) : ''}
      </dd>
    </div>
    ${
      disagreement
        ? html`<div>
            <dt>Sources disagree</dt>
            <dd data-testid="disagreement">${finding(disagreement)}</dd>
          </div>`
        : ''
    }
    ${
      seen
        ? html`<div>
              <dt>Machines</dt>
              <dd data-testid="machines">
                ${machines(seen)}${events.map(
                  ([reason, nodes]) => html`<span class="sub">event ${reason} on ${count(nodes, 'node')}</span>`,
                )}
              </dd>
            </div>
            ${agents(seen)}`
        : ''
    }`;
};

/** The same node by the Kubernetes API. */
export const nodeCell = (node, foreign) => {
  if (!node) {
    return foreign ? html`<span class="attention">not a node of this cluster</span>` : '–';
  }
  const { pod } = node;
  const bad = !(node.ready && pod?.ready && pod.newest);
  const words = pod
    ? [
        pod.mode ?? 'unknown mode',
        pod.waiting ?? (pod.ready ? 'ready' : 'not ready'),
        !pod.newest && 'to be replaced',
        pod.restarts > 0 && count(pod.restarts, 'restart'),
      ]
    : ['no kube-proxy'];
  return html`<span class=${bad ? 'attention' : ''}
      >${[!node.ready && 'node not ready', ...words].filter(Boolean).join(', ')}</span
    ><span class="sub"
      >${[node.kubeletVersion, node.architecture, node.kernelVersion].filter(Boolean).join(' · ')}</span
    >`;
};

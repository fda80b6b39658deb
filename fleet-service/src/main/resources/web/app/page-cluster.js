/* One cluster: why it is as it is, what Azure, its nodes and its Kubernetes API say, and its connections over time. */
import { html } from 'lit';
import {
  Part,
  badge,
  clusterHref,
  count,
  decimal,
  differing,
  driftBadge,
  empty,
  failure,
  loading,
  number,
  rolloutHref,
} from './parts.js';
import { href, query } from './address.js';
import { neighbours } from './filters.js';
import { listed, matching } from './found.js';
import { kubernetesFacts, running } from './kubernetes.js';
import { nodes } from './nodes.js';
import { clusterCost } from './cost.js';
import * as states from './states.js';
import { get } from './store.js';
import './chart.js';

const REFRESH_MS = 1500;

class ClusterPage extends Part {
  static properties = { path: {}, detail: { state: true }, explanation: { state: true }, error: { state: true } };

  willUpdate(changed) {
    if (changed.has('path')) {
      this.detail = null;
      this.error = null;
      this.load();
    }
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.timer = 0;
    super.disconnectedCallback();
  }

  /** Called by the store with what has changed; many changes become one reading. */
  changed(hint) {
    if (this.timer || !(hint === 'load' || hint === this.detail?.id)) {
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.load();
    }, REFRESH_MS);
  }

  async load() {
    const path = this.path;
    try {
      const [detail, explanation] = await Promise.all([get(`/clusters/${path}`), get(`/clusters/${path}/explain`)]);
      if (path === this.path) {
        [this.detail, this.explanation, this.error] = [detail, explanation, null];
      }
    } catch (reason) {
      if (path === this.path && (!this.detail || reason.status === 404)) {
        this.error = reason;
        this.detail = null;
      }
    }
  }

  render() {
    if (!this.detail) {
      return this.error ? failure(this.error.message) : loading('the cluster');
    }
    const cluster = this.detail;
    const ready = cluster.provisioningState === 'Succeeded' && cluster.powerState === 'Running';
    return html`
      <div class="crumbs">
        <span><a href=${href('#/', listed(query()))}>Fleet</a> / ${cluster.resourceGroup}</span
        >${this.neighbours(cluster)}
      </div>
      <div class="head">
        <h1>
          ${cluster.name}
          ${cluster.rollout ? badge(states.cluster, cluster.rollout.state, 'cluster-state') : ''}${driftBadge(
            cluster.drift,
          )}
        </h1>
      </div>
      <kpf-explanation .told=${this.explanation} .tone=${this.tone(cluster)}></kpf-explanation>
      <section class="panel" aria-label="Facts">
        <dl class="facts">
          <div>
            <dt>Configuration in Azure</dt>
            <dd>${cluster.effective}</dd>
          </div>
          <div>
            <dt>Nodes say</dt>
            <dd>${this.observed(cluster)}</dd>
          </div>
          ${kubernetesFacts(cluster)} ${this.differing(cluster)} ${this.drift(cluster)} ${this.evidence(cluster)}
          ${this.clock(cluster)} ${this.leftOut(cluster)} ${this.agents(cluster)}
          <div>
            <dt>Latest rollout</dt>
            <dd>
              ${
                cluster.rollout
                  ? html`<a href=${rolloutHref(cluster.rollout.id)}>${cluster.rollout.id}</a>, stage
                      ${cluster.rollout.stage}`
                  : 'none'
              }
            </dd>
          </div>
          ${
            cluster.agentsRollout
              ? html`<div>
                  <dt>Latest rollout of agents</dt>
                  <dd data-testid="agents-rollout">
                    <a href=${rolloutHref(cluster.agentsRollout.id)}>${cluster.agentsRollout.id}</a>, stage
                    ${cluster.agentsRollout.stage} ${badge(states.cluster, cluster.agentsRollout.state)}
                  </dd>
                </div>`
              : ''
          }
          <div>
            <dt>State in Azure</dt>
            <dd class=${ready ? '' : 'attention'}>${cluster.provisioningState}, ${cluster.powerState.toLowerCase()}</dd>
          </div>
          <div>
            <dt>Kubernetes</dt>
            <dd>${cluster.kubernetesVersion} in ${cluster.location}</dd>
          </div>
          <div>
            <dt>Tags</dt>
            <dd>
              ${Object.entries(cluster.tags).map(([key, value]) => html`<span class="tag">${key}=${value}</span>`)}
            </dd>
          </div>
          <div class="wide">
            <dt>Resource id</dt>
            <dd><code class="id">${cluster.id}</code></dd>
          </div>
        </dl>
      </section>
      ${clusterCost(cluster.cost)} ${this.charts(cluster)} ${nodes(cluster)}
    `;
  }

  neighbours({ id }) {
    const parameters = listed(query());
    const found = matching(parameters);
    return neighbours(
      found.map((each) => href(clusterHref(each.id), parameters)),
      found.findIndex((each) => each.id === id),
      'Cluster',
    );
  }

  tone({ drift, kubernetes }) {
    if (!drift && kubernetes?.disagreement && this.explanation.state === 'Converged') {
      return 'warn';
    }
    return (drift ? states.of(states.drift, drift.code) : states.of(states.cluster, this.explanation.state)).tone;
  }

  observed(cluster) {
    const { health } = cluster;
    if (!health || health.observed.length === 0) {
      return html`<span class="quiet">nothing yet</span>`;
    }
    return health.observed.map(
      (each) =>
        html`<span class="line"
          >${each.nodes} of ${cluster.nodeCount}:
          ${running(each)}${
            each.tcpTimeoutSeconds != null && !each.timeoutsByKernel ? " (timeouts by kube-proxy's word)" : ''
          }${
            each.proof === 'Proven'
              ? ''
              : html` <span class="attention" data-testid="unproven">not proven: ${each.proofText}</span>`
          }</span
        >`,
    );
  }

  clock(cluster) {
    const seconds = cluster.health?.clockSkewSeconds;
    return seconds == null
      ? ''
      : html`<div>
          <dt>Clocks</dt>
          <dd class="attention" data-testid="clock">
            ${
              seconds > 0
                ? `a node is ${seconds} s behind the service, or the service ahead`
                : `a node is ${-seconds} s ahead of the service, or the service behind`
            }
          </dd>
        </div>`;
  }

  leftOut({ health }) {
    const reasons = Object.entries(health?.leftOut ?? {});
    return reasons.length === 0
      ? ''
      : html`<div>
          <dt>Left out</dt>
          <dd class="attention" data-testid="left-out">
            ${reasons.map(([code, nodes]) => html`<span class="line">${code} for ${count(nodes, 'node')}</span>`)}
          </dd>
        </div>`;
  }

  differing(cluster) {
    const words = differing(cluster.health);
    return words
      ? html`<div>
          <dt>Nodes and Azure</dt>
          <dd class="attention" data-testid="differing">${words}</dd>
        </div>`
      : '';
  }

  agents({ health }) {
    const versions = Object.entries(health?.agentVersions ?? {});
    return versions.length === 0
      ? ''
      : html`<div>
          <dt>Agents</dt>
          <dd data-testid="agent-versions">
            ${versions.map(([version, nodes]) => html`<span class="line">${version} on ${count(nodes, 'node')}</span>`)}
          </dd>
        </div>`;
  }

  drift({ drift }) {
    return drift
      ? html`<div>
          <dt>Drift</dt>
          <dd class="attention" data-testid="drift">
            ${drift.message}
            <span class="sub">It had converged in <a href=${rolloutHref(drift.rollout)}>${drift.rollout}</a>.</span>
          </dd>
        </div>`
      : '';
  }

  evidence(cluster) {
    const codes = Object.entries(cluster.health?.evidence ?? {});
    return codes.length === 0
      ? ''
      : html`<div>
          <dt>Does not fit together</dt>
          <dd class="attention" data-testid="evidence">
            ${codes.map(([code, nodes]) => html`<span class="line">${code} on ${nodes} of ${cluster.nodeCount}</span>`)}
          </dd>
        </div>`;
  }

  charts(cluster) {
    const points = cluster.history;
    if (points.length < 2) {
      return html`<section class="panel">
        ${empty(
          'No history yet.',
          'Connections and imbalance are drawn here once the nodes have reported a few times.',
        )}
      </section>`;
    }
    const few =
      cluster.health &&
      cluster.health.activeConnections < 2 * cluster.nodeCount &&
      cluster.scheduler === 'LeastConnection';
    const series = (name, field, tone) => ({ name, tone, data: points.map((each) => [each.at, each[field]]) });
    return html`<div class="columns">
      <section class="panel" aria-labelledby="connections-title">
        <h2 id="connections-title">
          Connections <small>${number(cluster.health?.activeConnections)} active now</small>
        </h2>
        <kpf-chart
          data-testid="chart-connections"
          label="Connections over time"
          .series=${[series('active', 'activeConnections', 's1'), series('inactive', 'inactiveConnections', 's3')]}
        ></kpf-chart>
      </section>
      <section class="panel" aria-labelledby="imbalance-title">
        <h2 id="imbalance-title">
          Imbalance <small>worst node ${decimal(cluster.health?.imbalance)}; 1 is even</small>
        </h2>
        <kpf-chart
          data-testid="chart-imbalance"
          label="Imbalance over time"
          floor="1"
          digits="2"
          .series=${[series('imbalance', 'imbalance', 's2')]}
        ></kpf-chart>
        ${
          few
            ? html`<p class="quiet">
                With fewer connections than twice its nodes a cluster can look unbalanced under LeastConnection without
                being so: every node balances for itself.
              </p>`
            : ''
        }
      </section>
    </div>`;
  }
}
customElements.define('kpf-cluster', ClusterPage);

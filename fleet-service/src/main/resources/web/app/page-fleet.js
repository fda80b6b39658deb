/* The fleet: what clusters have, what their nodes really run, and every cluster in a table that can be narrowed. */
import { html } from 'lit';
import {
  Part,
  badge,
  bar,
  clusterHref,
  count,
  countsBar,
  decimal,
  differing,
  driftBadge,
  empty,
  finished,
  form,
  notYet,
  number,
  percent,
  rolloutHref,
  short,
  total,
  totals,
} from './parts.js';
import { inShort } from './kubernetes.js';
import * as states from './states.js';
import { state } from './store.js';

const ROWS = 200;

const configurationName = (each) =>
  ({ DISABLED: 'kube-proxy disabled', UNKNOWN: 'unreadable' })[each.mode] ??
  (each.scheduler ? `${each.mode} ${each.scheduler}` : each.mode);

const kernelSchedulers = { lc: 'least connection', rr: 'round robin' };
const observedName = (each) =>
  `${each.mode ?? 'unknown mode'}${each.scheduler ? ` ${kernelSchedulers[each.scheduler] ?? each.scheduler}` : ''}`;

/** The same configuration has the same colour in both bars. */
const palette = (mode, scheduler) => {
  const key = `${(mode ?? 'unknown').toLowerCase()} ${scheduler ?? ''}`.trim();
  return (
    {
      'ipvs LeastConnection': 's1',
      'ipvs lc': 's1',
      'ipvs RoundRobin': 's2',
      'ipvs rr': 's2',
      iptables: 's3',
      nftables: 's4',
      disabled: 's5',
    }[key] ?? 's6'
  );
};

/** Clusters by who sees them from inside, in words. */
const sources = ({ agents, kubernetes, both, nobody }) =>
  [
    [agents, 'by agents'],
    [kubernetes, 'by Kubernetes'],
    [both, 'by both'],
    [nobody, 'by nobody'],
  ]
    .filter(([clusters]) => clusters > 0)
    .map(([clusters, who]) => `${count(clusters, 'cluster')} seen ${who}`)
    .join(', ');

const active = (rollout) => !rollout.finishedAt;

class FleetPage extends Part {
  static properties = { text: { state: true }, mode: { state: true }, only: { state: true }, rows: { state: true } };

  constructor() {
    super();
    this.text = '';
    this.mode = '';
    this.only = '';
    this.rows = ROWS;
  }

  render() {
    const waiting = notYet('the fleet');
    if (waiting || !state.fleet) {
      return waiting;
    }
    const fleet = state.fleet;
    return html`
      <div class="head">
        <h1>Fleet</h1>
        <a class="button primary" href="#/publish">Publish a configuration</a>
      </div>
      ${this.blocked(fleet)} ${this.tiles(fleet)}
      <div class="columns">
        ${this.shares(
          'What clusters have',
          'as Azure shows it',
          fleet.byConfiguration.map((each) => ({
            label: configurationName(each),
            value: each.clusters,
            tone: palette(each.mode, each.scheduler),
          })),
          'cluster',
          'by-configuration',
        )}
        ${this.shares(
          'What nodes run',
          'as their kernels and kube-proxies say',
          fleet.observed.map((each) => ({
            label: observedName(each),
            value: each.nodes,
            tone: palette(each.mode, each.scheduler),
          })),
          'node',
          'by-observed',
        )}
      </div>
      ${this.running()} ${this.table()}
    `;
  }

  blocked(fleet) {
    const blocked = fleet.subscriptions.filter((each) => each.kubeProxyFeature !== 'Registered');
    return blocked.length === 0
      ? ''
      : html`<div class="notice tone-warn" role="status">
          <strong>${count(blocked.length, 'subscription')} cannot be changed:</strong>
          <span
            >the feature KubeProxyConfigurationPreview is ${blocked[0].kubeProxyFeature} in
            ${blocked.map((each) => each.subscription).join(', ')}.</span
          >
        </div>`;
  }

  tiles(fleet) {
    const stopped = Object.entries(fleet.byPowerState).filter(([key]) => key !== 'Running');
    const busy = Object.entries(fleet.byProvisioningState).filter(([key]) => key !== 'Succeeded');
    const aside = [...busy, ...stopped].map(([key, n]) => `${n} ${key.toLowerCase()}`).join(', ');
    const { expected, reporting, clustersReporting } = fleet.nodes;
    return html`<section class="tiles" aria-label="Key figures">
      <div class="tile" data-testid="tile-clusters">
        <h2>Clusters</h2>
        <p class="figure">${number(fleet.clusters)}</p>
        <p class="aside">${aside || 'all ready and running'}</p>
      </div>
      <div class="tile" data-testid="tile-coverage">
        <h2>Node coverage</h2>
        <p class="figure">${percent(reporting, expected)}</p>
        ${bar(
          [
            { value: reporting, tone: 'ok' },
            { value: Math.max(0, expected - reporting), tone: 'none' },
          ],
          `${reporting} of ${count(expected, 'node')} ${form(reporting, 'reports', 'report')}`,
        )}
        <p class="aside" data-testid="evidence-counts">${sources(fleet.evidence)}</p>
        <p class="aside">
          ${number(reporting)} of ${count(expected, 'node')} ${form(reporting, 'reports', 'report')}, in
          ${count(clustersReporting, 'cluster')}
        </p>
      </div>
      <div class="tile" data-testid="tile-drift">
        <h2>Drift</h2>
        <p class="figure">${number(fleet.drifted)}</p>
        <p class="aside">
          ${
            fleet.drifted === 0
              ? 'every cluster is as it should be'
              : html`<button class="link" @click=${() => this.narrow('drift')}>
                  show
                  ${form(
                    fleet.drifted,
                    'the cluster that differs',
                    `the ${number(fleet.drifted)} clusters that differ`,
                  )}
                </button>`
          }
        </p>
      </div>
      <div class="tile" data-testid="tile-connections">
        <h2>IPVS connections</h2>
        <p class="figure">${short(fleet.connections.active)}</p>
        <p class="aside">
          active, ${short(fleet.connections.inactive)}
          inactive${fleet.connections.perSecond == null ? '' : `, ${short(fleet.connections.perSecond)} new a second`}
        </p>
      </div>
    </section>`;
  }

  narrow(only) {
    this.only = only;
    this.updateComplete.then(() => this.querySelector('#clusters').scrollIntoView());
  }

  shares(title, subtitle, parts, noun, testid) {
    const sum = parts.reduce((all, part) => all + part.value, 0);
    return html`<section class="panel" data-testid=${testid}>
      <h2>${title} <small>${subtitle}</small></h2>
      ${
        sum === 0
          ? html`<p class="quiet">
              ${noun === 'node' ? 'No node has reported yet.' : 'No clusters in the inventory yet.'}
            </p>`
          : html`${bar(parts, parts.map((part) => `${part.label}: ${count(part.value, noun)}`).join(', '))}
              <ul class="legend">
                ${parts.map(
                  (part) =>
                    html`<li>
                      <span class="swatch back-${part.tone}" aria-hidden="true"></span><span>${part.label}</span
                      ><b>${number(part.value)}</b><i>${percent(part.value, sum)}</i>
                    </li>`,
                )}
              </ul>`
      }
    </section>`;
  }

  running() {
    const rollouts = [...state.rollouts.values()].filter(active);
    return rollouts.length === 0
      ? ''
      : html`<section aria-label="Rollouts under way" class="strip">
          ${rollouts.map((rollout) => {
            const counts = totals(rollout.stages);
            return html`<a class="panel card" href=${rolloutHref(rollout.id)} data-testid="active-rollout">
              <span class="row"><strong>${rollout.id}</strong>${badge(states.rollout, rollout.state)}</span>
              ${countsBar(counts)}
              <span class="aside">${finished(counts)} of ${count(total(counts), 'cluster')} done</span>
            </a>`;
          })}
        </section>`;
  }

  matching() {
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    return [...state.clusters.values()]
      .filter((each) => !this.mode || configurationName(each) === this.mode)
      .filter((each) =>
        this.only === 'drift'
          ? each.drift
          : this.only === 'silent'
            ? !each.health || each.health.nodesReporting < each.nodeCount
            : !this.only || each.rollout?.state === this.only,
      )
      .filter((each) => {
        const hay = [
          each.name,
          each.resourceGroup,
          each.location,
          each.subscription,
          each.kubernetesVersion,
          ...Object.entries(each.tags).map(([key, value]) => `${key}=${value}`),
        ]
          .join(' ')
          .toLowerCase();
        return words.every((word) => hay.includes(word));
      })
      .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
  }

  table() {
    const found = this.matching();
    const modes = [...new Set([...state.clusters.values()].map(configurationName))].sort();
    return html`<section id="clusters" class="panel flush" aria-labelledby="clusters-title">
      <div class="toolbar">
        <h2 id="clusters-title">
          Clusters
          <small
            >${
              found.length === state.clusters.size
                ? number(found.length)
                : `${number(found.length)} of ${number(state.clusters.size)}`
            }</small
          >
        </h2>
        <div class="filters">
          <input
            type="search"
            placeholder="Name, location, env=prod …"
            aria-label="Filter clusters by text"
            .value=${this.text}
            @input=${(event) => (this.text = event.target.value)}
            data-testid="filter-text"
          />
          <select
            aria-label="Filter by configuration"
            .value=${this.mode}
            @change=${(event) => (this.mode = event.target.value)}
            data-testid="filter-mode"
          >
            <option value="">Any configuration</option>
            ${modes.map((each) => html`<option value=${each} ?selected=${each === this.mode}>${each}</option>`)}
          </select>
          <select
            aria-label="Filter by state"
            @change=${(event) => (this.only = event.target.value)}
            data-testid="filter-state"
          >
            <option value="" ?selected=${this.only === ''}>Any state</option>
            <option value="drift" ?selected=${this.only === 'drift'}>Drifted</option>
            <option value="silent" ?selected=${this.only === 'silent'}>With silent nodes</option>
            ${Object.entries(states.cluster).map(
              ([key, shown]) => html`<option value=${key} ?selected=${this.only === key}>${shown.word}</option>`,
            )}
          </select>
        </div>
      </div>
      ${
        state.clusters.size === 0
          ? empty(
              'No clusters yet.',
              'The inventory lists the clusters of every configured subscription; the first listing may take a moment.',
            )
          : found.length === 0
            ? empty('No cluster matches.', 'Widen the filter to see more.')
            : html`<table class="cards" data-testid="clusters">
                <thead>
                  <tr>
                    <th>Cluster</th>
                    <th>Kubernetes</th>
                    <th>Configuration in Azure</th>
                    <th>Nodes</th>
                    <th class="num">Connections</th>
                    <th class="num">Imbalance</th>
                    <th>Rollout</th>
                  </tr>
                </thead>
                <tbody>
                  ${found.slice(0, this.rows).map((each) => this.row(each))}
                </tbody>
              </table>`
      }
      ${
        found.length > this.rows
          ? html`<p class="more">
              <button class="button" @click=${() => (this.rows += ROWS)}>
                Show ${number(Math.min(ROWS, found.length - this.rows))} more
              </button>
            </p>`
          : ''
      }
    </section>`;
  }

  differing(each) {
    const words = differing(each.health);
    return words ? html`<span class="sub attention" data-testid="differing">${words}</span>` : '';
  }

  row(each) {
    const ready = each.provisioningState === 'Succeeded' && each.powerState === 'Running';
    const reporting = each.health?.nodesReporting ?? 0;
    return html`<tr data-testid="cluster-row" data-cluster=${each.name}>
      <th scope="row">
        <a href=${clusterHref(each.id)}>${each.name}</a
        ><span class="sub">${each.resourceGroup} · ${each.location}</span>
      </th>
      <td data-label="Kubernetes">${each.kubernetesVersion}</td>
      <td data-label="Configuration">
        <span title=${each.effective}>${configurationName(each)}</span>${driftBadge(each.drift)}
      </td>
      <td data-label="Nodes">
        <span class=${reporting < each.nodeCount ? 'attention' : ''}>${reporting} of ${each.nodeCount}</span>${
          each.windowsNodeCount ? html`<span class="sub">+ ${each.windowsNodeCount} Windows</span>` : ''
        }${this.differing(each)}${inShort(each)}
      </td>
      <td data-label="Connections" class="num">${each.health ? short(each.health.activeConnections) : '–'}</td>
      <td data-label="Imbalance" class="num">${decimal(each.health?.imbalance)}</td>
      <td data-label="Rollout">
        ${
          each.rollout
            ? html`<a class="plain" href=${rolloutHref(each.rollout.id)} title=${each.rollout.message}
                >${badge(states.cluster, each.rollout.state)}</a
              >`
            : html`<span class="quiet">none</span>`
        }
        ${
          ready
            ? ''
            : html`<span class="sub">${each.powerState === 'Running' ? each.provisioningState : each.powerState}</span>`
        }
      </td>
    </tr>`;
  }
}
customElements.define('kpf-fleet', FleetPage);

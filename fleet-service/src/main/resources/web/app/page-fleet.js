/* The fleet: what clusters have, what their nodes really run, what is under way, and every cluster. */
import { html } from 'lit';
import {
  Part,
  badge,
  bar,
  count,
  countsBar,
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
import { clusterTable } from './cluster-table.js';
import { configurationName } from './found.js';
import * as states from './states.js';
import { state } from './store.js';

/** Rollouts under way that are drawn; the page of rollouts has all. */
const UNDER_WAY = 3;

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
  render() {
    if (!state.fleet) {
      return notYet('the fleet');
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
      ${this.running()} ${clusterTable()}
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
              : html`<a href="#/?state=drift"
                  >show
                  ${form(
                    fleet.drifted,
                    'the cluster that differs',
                    `the ${number(fleet.drifted)} clusters that differ`,
                  )}</a
                >`
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

  /** Those that wait for a person come first, then the newest. */
  running() {
    const rollouts = [...state.rollouts.values()]
      .filter(active)
      .sort((a, b) => (b.state === 'Paused') - (a.state === 'Paused') || b.createdAt.localeCompare(a.createdAt));
    return rollouts.length === 0
      ? ''
      : html`<section aria-label="Rollouts under way" class="strip">
          ${rollouts.slice(0, UNDER_WAY).map((rollout) => {
            const counts = totals(rollout.stages);
            return html`<a class="panel card" href=${rolloutHref(rollout.id)} data-testid="active-rollout">
              <span class="row"><strong>${rollout.id}</strong>${badge(states.rollout, rollout.state)}</span>
              ${countsBar(counts)}
              <span class="aside">${finished(counts)} of ${count(total(counts), 'cluster')} done</span>
            </a>`;
          })}
          ${
            rollouts.length > UNDER_WAY
              ? html`<a class="further" href="#/rollouts?state=open" data-testid="all-active"
                  >All ${count(rollouts.length, 'rollout')} under way</a
                >`
              : ''
          }
        </section>`;
  }
}
customElements.define('kpf-fleet', FleetPage);

/* Every cluster of the fleet in a table that can be narrowed and ordered. */
import { html } from 'lit';
import { href, query } from './address.js';
import { chips, choice, ordering } from './filters.js';
import { configurationName, dimensions, listed, matching, others } from './found.js';
import { inShort } from './kubernetes.js';
import { badge, clusterHref, decimal, differing, driftBadge, empty, number, rolloutHref, short } from './parts.js';
import * as states from './states.js';
import { state } from './store.js';
import './list.js';

const columns = [
  { title: 'Cluster', sort: 'name', wide: 5 },
  { title: 'Kubernetes', sort: 'version', wide: 2 },
  { title: 'Configuration in Azure', sort: 'mode', wide: 4 },
  { title: 'Nodes', sort: 'nodes', wide: 4 },
  { title: 'Connections', sort: 'connections', num: true, most: true, wide: 2 },
  { title: 'Imbalance', sort: 'imbalance', num: true, most: true, wide: 2 },
  { title: 'Rollout', sort: 'rollout', wide: 3 },
];

let modes = { version: -1, found: [] };

/** Every configuration that a cluster has, worked out once after each change. */
function configurations() {
  if (modes.version !== state.clustersVersion) {
    modes = {
      version: state.clustersVersion,
      found: [...new Set([...state.clusters.values()].map(configurationName))].sort(),
    };
  }
  return modes.found;
}

const differs = (each) => {
  const words = differing(each.health);
  return words ? html`<span class="sub attention" data-testid="differing">${words}</span>` : '';
};

const row = (parameters) => (each, index) => {
  const ready = each.provisioningState === 'Succeeded' && each.powerState === 'Running';
  const reporting = each.health?.nodesReporting ?? 0;
  return html`<tr data-index=${index} aria-rowindex=${index + 2} data-testid="cluster-row" data-cluster=${each.name}>
    <th scope="row">
      <a href=${href(clusterHref(each.id), parameters)}>${each.name}</a
      ><span class="sub">${each.resourceGroup} · ${each.location}</span>
    </th>
    <td data-label="Kubernetes">${each.kubernetesVersion}</td>
    <td data-label="Configuration">
      <span title=${each.effective}>${configurationName(each)}</span>${driftBadge(each.drift)}
    </td>
    <td data-label="Nodes">
      <span class=${reporting < each.nodeCount ? 'attention' : ''}>${reporting} of ${each.nodeCount}</span>${
        each.windowsNodeCount ? html`<span class="sub">+ ${each.windowsNodeCount} Windows</span>` : ''
      }${differs(each)}${inShort(each)}
    </td>
    <td data-label="Connections" class="num">${each.health ? short(each.health.activeConnections) : '–'}</td>
    <td data-label="Imbalance" class="num">${decimal(each.health?.imbalance)}</td>
    <td data-label="Rollout">
      ${
        each.rollout
          ? html`<a class="plain" href=${rolloutHref(each.rollout.id)} title=${each.rollout.message}
              >${badge(states.cluster, each.rollout.state)}<span class="hidden">in ${each.rollout.id}</span></a
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
};

const nothing = () => {
  if (!state.clustersLoaded) {
    return html`<p class="notice" role="status" data-testid="loading">
      <span class="pulse" aria-hidden="true"></span>Loading the clusters …
    </p>`;
  }
  return state.clusters.size === 0
    ? empty(
        'No clusters yet.',
        'The inventory lists the clusters of every configured subscription; the first listing may take a moment.',
      )
    : empty('No cluster matches.', 'Widen the filter to see more.');
};

export const clusterTable = () => {
  const found = matching(query());
  const all = state.clusters.size;
  return html`<section id="clusters" class="panel flush" aria-labelledby="clusters-title">
    <div class="toolbar">
      <h2 id="clusters-title">
        Clusters <small>${found.length === all ? number(all) : `${number(found.length)} of ${number(all)}`}</small>
      </h2>
      <div class="filters">
        <kpf-filter label="Filter clusters by text" hint="Name, location, env=prod …" name="filter-text"></kpf-filter>
        ${choice('mode', 'Filter by configuration', [
          ['', 'Any configuration'],
          ...configurations().map((each) => [each, each]),
        ])}
        ${choice('state', 'Filter by state', [
          ['', 'Any state'],
          ...Object.entries(others).map(([key, [word]]) => [key, word]),
          ...Object.entries(states.cluster).map(([key, shown]) => [key, shown.word]),
        ])}
        ${ordering(columns)}
      </div>
      ${chips({
        config: dimensions.config.title,
        location: dimensions.location.title,
        version: dimensions.version.title,
        rollout: 'Rollout',
      })}
    </div>
    ${
      found.length === 0
        ? nothing()
        : html`<kpf-list
            label="Clusters"
            name="clusters"
            .items=${found}
            .key=${(each) => each.id}
            .columns=${columns}
            .row=${row(listed(query()))}
          ></kpf-list>`
    }
  </section>`;
};

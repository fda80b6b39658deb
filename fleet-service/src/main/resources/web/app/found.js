/* Which clusters the parameters of an address mean, in which order. All is at hand: the service is not asked. */
import { less } from './parts.js';
import * as states from './states.js';
import { state } from './store.js';

export const configurationName = (each) =>
  ({ DISABLED: 'kube-proxy disabled', UNKNOWN: 'unknown' })[each.mode] ??
  (each.scheduler ? `${each.mode} ${each.scheduler}` : each.mode);

/** The FleetConfig whose rollout the cluster was in last; null if it was in none. */
export const configOf = (each) => each.rollout?.id.replace(/\.\d+$/, '') ?? null;

/** Whether nobody sees the cluster from inside, so that only Azure's word is known. */
export const isUnknown = (each) => !each.health && !each.kubernetes;
export const isSilent = (each) => (each.health?.nodesReporting ?? 0) < each.nodeCount;
export const needsAttention = (each) => Boolean(each.drift) || each.rollout?.state === 'Failed';

/** What a cluster can be told apart by: its word for each dimension, as in the address and on the map. */
export const dimensions = {
  config: { title: 'Config', of: (each) => configOf(each) ?? 'none' },
  mode: { title: 'Configuration in Azure', of: configurationName },
  location: { title: 'Location', of: (each) => each.location },
  version: { title: 'Kubernetes version', of: (each) => each.kubernetesVersion },
};

/** States beside those of a rollout. */
export const others = {
  attention: ['Failed or drifted', needsAttention],
  drift: ['Drifted', (each) => Boolean(each.drift)],
  silent: ['With silent nodes', isSilent],
  unknown: ['Seen by nobody', isUnknown],
};

const rank = new Map(Object.keys(states.cluster).map((name, index) => [name, index]));

/** By what a list of clusters can be ordered; what is not known comes last in either direction. */
const orders = {
  name: (each) => each.name,
  version: (each) => each.kubernetesVersion,
  mode: configurationName,
  nodes: (each) => (each.nodeCount ? (each.health?.nodesReporting ?? 0) / each.nodeCount : null),
  connections: (each) => each.health?.activeConnections ?? null,
  imbalance: (each) => each.health?.imbalance ?? null,
  rollout: (each) => rank.get(each.rollout?.state) ?? null,
};

const texts = new WeakMap();

/** What is looked through for the words of a filter. */
const textOf = (each) => {
  let text = texts.get(each);
  if (text === undefined) {
    text = [
      each.name,
      each.resourceGroup,
      each.location,
      each.subscription,
      each.kubernetesVersion,
      ...Object.entries(each.tags).map(([key, value]) => `${key}=${value}`),
    ]
      .join(' ')
      .toLowerCase();
    texts.set(each, text);
  }
  return text;
};

/** A test for the words that the parameters ask for; null where they ask for none. */
export function asWorded(query) {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return words.length ? (each) => words.every((word) => textOf(each).includes(word)) : null;
}

/**
 * The order that the parameters ask for: by name unless they say otherwise, and what is not known last in either
 * direction. `orders` has what is compared, by its word in the address.
 */
export function ordered(orders, query) {
  const sort = query.get('sort') ?? 'name';
  const down = sort.startsWith('-');
  const order = orders[down ? sort.slice(1) : sort] ?? orders.name;
  return (a, b) => {
    const [x, y] = [order(a), order(b)];
    if (x === null || y === null) {
      return (x === null) - (y === null) || less(a.name, b.name);
    }
    return (down ? less(y, x) : less(x, y)) || less(a.name, b.name) || less(a.id, b.id);
  };
}

function tests(query) {
  const all = Object.entries(dimensions)
    .filter(([name]) => query.has(name))
    .map(([name, { of }]) => {
      const wanted = query.get(name);
      return (each) => of(each) === wanted;
    });
  const only = query.get('state');
  if (only) {
    all.push(others[only]?.[1] ?? ((each) => each.rollout?.state === only));
  }
  if (query.has('rollout')) {
    all.push((each) => each.rollout?.id === query.get('rollout'));
  }
  const worded = asWorded(query);
  if (worded) {
    all.push(worded);
  }
  return all;
}

let last = { key: null, version: -1, found: [] };

/** The clusters that the parameters mean, in their order. */
export function matching(query) {
  const key = query.toString();
  if (last.key !== key || last.version !== state.clustersVersion) {
    const all = tests(query);
    const found = [];
    for (const each of state.clusters.values()) {
      if (all.every((test) => test(each))) {
        found.push(each);
      }
    }
    last = { key, version: state.clustersVersion, found: found.sort(ordered(orders, query)) };
  }
  return last.found;
}

/** The parameters that say which clusters a list has; others, such as those of the map, do not go along with a link. */
export const listed = (query) =>
  new URLSearchParams(
    ['q', ...Object.keys(dimensions), 'state', 'rollout', 'sort']
      .filter((name) => query.get(name))
      .map((name) => [name, query.get(name)]),
  );

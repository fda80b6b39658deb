/*
 * What the dashboard knows, fed by REST once and by server-sent events from then on. Pages read `state`, call the
 * functions below and are told of changes at most once a frame.
 */

import { CLUSTER_FIELDS, ROLLOUT_FIELDS } from './fields.js';

const API = '/api/v1';
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 10000;
/** Three of the service's heartbeats: a stream that is silent for longer has died without saying so. */
const SILENCE_MS = 45000;
const MAX_AUDIT = 200;
/** HTTP's word for a position that the service cannot tell the changes since. */
const GONE = 410;
/** Clusters of the first page, for the rows on the screen, and of each further one. */
const FIRST_CLUSTERS = 100;
const MORE_CLUSTERS = 2500;

export const state = {
  /** connecting | live | lost */
  connection: 'connecting',
  lostAt: null,
  /** The service runs, and has no stream to give: what is shown is read now and then. */
  refused: false,
  /** Who is logged in, and what it may do: action → whether, and why. Before they are read, nothing is known. */
  caller: null,
  permissions: new Map(),
  /** since when the service has heard nothing of Kafka; null while it does */
  staleSince: null,
  /** All but the clusters, which may take longer, has been read. */
  loaded: false,
  error: null,
  fleet: null,
  clusters: new Map(),
  clustersLoaded: false,
  /** Rises with each change of `clusters`, so that what is worked out from them is worked out once. */
  clustersVersion: 0,
  rollouts: new Map(),
  /** rollout id → cluster id → status; only of rollouts that a page has opened */
  rolloutClusters: new Map(),
  audit: [],
  /** config → its own trail, newest first; only of rollouts that a page has opened */
  trails: new Map(),
};

const listeners = new Set();
let frame = 0;

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Changes that the stream tells of are drawn together: a busy fleet leaves the browser time for its reader. */
const GATHER_MS = 200;
const AT_ONCE_MS = 16;

function changed(hint, within = AT_ONCE_MS) {
  for (const listener of listeners) {
    listener.hint?.(hint);
  }
  if (frame) {
    return;
  }
  // A timer and not an animation frame: a page in the background still learns what it will show.
  frame = setTimeout(() => {
    frame = 0;
    for (const listener of listeners) {
      listener();
    }
  }, within);
}

/** An answer of the API that is no success; `message` is meant for people. */
export class ApiFailure extends Error {
  constructor(status, body) {
    super(body?.message ?? `the service answered ${status}`);
    this.status = status;
    this.code = body?.code ?? null;
    this.path = body?.path ?? null;
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(API + path, options);
  } catch {
    throw new ApiFailure(0, { code: 'Unreachable', message: 'The fleet service does not answer. Check that it runs.' });
  }
  if (response.status === 401 && state.loaded) {
    // The session has ended: the service sends a page that is opened anew to the login, and back.
    location.reload();
  }
  const age = Number(response.headers.get('Kpfleet-Data-Age') ?? NaN);
  const stale = Number.isFinite(age);
  if (stale !== (state.staleSince !== null)) {
    state.staleSince = stale ? new Date(Date.now() - age * 1000).toISOString() : null;
    changed('connection');
  }
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (!response.ok) {
    throw new ApiFailure(response.status, body);
  }
  return { status: response.status, body, next: /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1] };
}

export async function get(path) {
  return (await call(path)).body;
}

/** What the stream told of clusters while pages are read, null for one that is gone; a page may be older than that. */
let told = null;

/** Reads all clusters by pages; those of the first page are shown at once. */
async function loadClusters() {
  told = new Map();
  const read = new Map();
  let path = `/clusters?limit=${FIRST_CLUSTERS}&fields=${CLUSTER_FIELDS}`;
  while (path) {
    const { body, next } = await call(path);
    for (const cluster of body) {
      read.set(cluster.id, cluster);
    }
    if (!state.clustersLoaded) {
      keep(read);
    }
    path = next?.slice(API.length).replace(`limit=${FIRST_CLUSTERS}`, `limit=${MORE_CLUSTERS}`);
  }
  for (const [id, cluster] of told) {
    if (cluster) {
      read.set(id, cluster);
    } else {
      read.delete(id);
    }
  }
  told = null;
  state.clustersLoaded = true;
  keep(read);
}

function keep(clusters) {
  state.clusters = clusters;
  state.clustersVersion++;
  changed('clusters');
}

async function load() {
  try {
    const clusters = loadClusters();
    // Awaited below; until then nobody else hears of its failure.
    clusters.catch(() => {});
    const [caller, permissions, fleet, rollouts, audit] = await Promise.all([
      get('/whoami'),
      get('/permissions'),
      get('/fleet'),
      get(`/rollouts?fields=${ROLLOUT_FIELDS}`),
      get('/audit'),
    ]);
    state.caller = caller;
    state.permissions = new Map(permissions.map((each) => [each.action, each]));
    state.fleet = fleet;
    state.rollouts = new Map(
      // Of an opened one more is known; it is read again below.
      rollouts.map((each) => [each.id, (state.rolloutClusters.has(each.id) && state.rollouts.get(each.id)) || each]),
    );
    state.audit = audit.slice(0, MAX_AUDIT);
    state.loaded = true;
    state.error = null;
    changed('connection');
    await Promise.all([clusters, ...[...state.rolloutClusters.keys()].map((id) => openRollout(id).catch(() => null))]);
  } catch (failure) {
    state.error = failure.message;
  }
  changed('load');
}

/** Loads a rollout's clusters; they stay up to date from then on. Fails with 404 if there is no such rollout. */
export async function openRollout(id) {
  const detail = await get(`/rollouts/${encodeURIComponent(id)}`);
  const trail = await get(`/audit?config=${encodeURIComponent(detail.rollout.config)}`);
  state.trails.set(detail.rollout.config, trail);
  state.rollouts.set(detail.rollout.id, detail.rollout);
  state.rolloutClusters.set(detail.rollout.id, new Map(detail.clusters.map((each) => [each.cluster, each])));
  changed(detail.rollout.id);
  return detail.rollout.id;
}

export function actor() {
  return localStorage.getItem('kpfleet.actor') ?? '';
}

export function rememberActor(name) {
  localStorage.setItem('kpfleet.actor', name);
}

function headers() {
  const name = actor().trim();
  return { 'Content-Type': 'application/json', ...(name ? { 'X-Kpfleet-Actor': name } : {}) };
}

/** Asks something of a rollout, or of one cluster or gate of it. Answers the sentence to show. */
export async function command(id, action, reason, about) {
  const { status, body } = await call(`/rollouts/${encodeURIComponent(id)}/${action}`, {
    method: 'POST',
    headers: headers(),
    body: JSON.stringify({ ...(reason ? { reason } : {}), ...about }),
  });
  return status === 202
    ? 'Asked. The controller has not answered yet; the audit trail will show what came of it.'
    : body.message;
}

/** What publishing this config would do; nothing is changed. */
export async function plan(config) {
  return (await call('/plans', { method: 'POST', headers: headers(), body: JSON.stringify(config) })).body;
}

export async function publish(config, reason) {
  const why = reason ? `?reason=${encodeURIComponent(reason)}` : '';
  const { status, body } = await call(`/configs/${encodeURIComponent(config.metadata.name)}${why}`, {
    method: 'PUT',
    headers: headers(),
    body: JSON.stringify(config),
  });
  return { answered: status !== 202, audit: body };
}

const apply = {
  fleet: (data) => {
    state.fleet = data;
  },
  cluster: (data) => {
    state.clusters.set(data.id, data);
    told?.set(data.id, data);
    state.clustersVersion++;
  },
  rollout: (data) => {
    state.rollouts.set(data.id, data);
  },
  'rollout-cluster': (data) => {
    state.rolloutClusters.get(data.rollout)?.set(data.cluster, data);
  },
  audit: (data) => {
    // A stream that goes on where another one ended may tell of it again.
    if (
      state.audit.some((each) => each.at === data.at && each.config === data.config && each.message === data.message)
    ) {
      return;
    }
    state.audit = [data, ...state.audit].slice(0, MAX_AUDIT);
    const trail = state.trails.get(data.config);
    if (trail) {
      state.trails.set(data.config, [data, ...trail]);
    }
  },
};

/** Something is not there any more. */
function forget({ kind, id, rollout }) {
  if (kind === 'cluster') {
    state.clusters.delete(id);
    told?.set(id, null);
    state.clustersVersion++;
  } else if (kind === 'rollout') {
    state.rollouts.delete(id);
    state.rolloutClusters.delete(id);
  } else if (kind === 'rollout-cluster') {
    state.rolloutClusters.get(rollout)?.delete(id);
  }
}

/** Up to where the streams have told everything; every replica of the service understands it. Null before that. */
let position = null;
let stream = null;
let retry = 0;
let retryMs = FIRST_RETRY_MS;
let silence = 0;

function heard() {
  clearTimeout(silence);
  silence = setTimeout(lost, SILENCE_MS);
}

function lost() {
  clearTimeout(silence);
  stream?.close();
  stream = null;
  if (state.connection !== 'lost') {
    state.connection = 'lost';
    state.lostAt = new Date().toISOString();
  }
  if (!state.loaded) {
    state.error = 'The fleet service does not answer. Check that it runs.';
  }
  changed('connection');
  clearTimeout(retry);
  retry = setTimeout(connect, retryMs);
  retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
}

// A machine without network says so at once; waiting for the silence would show stale figures as live ones.
window.addEventListener('offline', () => {
  state.refused = false;
  lost();
});

/**
 * Opens a stream. One that follows another goes on where that one ended, on whichever replica, and is sent only what
 * has changed since; the first one reads everything.
 */
export function connect() {
  stream?.close();
  const resumed = position !== null && state.loaded && state.clustersLoaded && !state.error;
  stream = new EventSource(`${API}/events${resumed ? `?since=${encodeURIComponent(position)}` : ''}`);
  stream.onopen = async () => {
    heard();
    // The stream is open first and everything read afterwards, so that no change falls in between.
    if (!resumed) {
      await load();
    }
    if (!state.error) {
      state.connection = 'live';
      state.lostAt = null;
      state.refused = false;
      retryMs = FIRST_RETRY_MS;
      changed('connection');
    }
  };
  stream.onerror = () => {
    // An answer that is no stream closes the source for good; a connection that breaks does not.
    const refused = stream?.readyState === EventSource.CLOSED;
    lost();
    if (refused) {
      learnWhy();
    }
  };
  const on = (name, act) =>
    stream.addEventListener(name, (event) => {
      heard();
      position = event.lastEventId || position;
      act(event);
    });
  on('heartbeat', () => {
    // The stream says nothing while Kafka is away; an answer says how old it is.
    call('/fleet').catch(() => {});
  });
  // Every stream ends some day, and the next one takes over at once.
  on('end', connect);
  on('reload', load);
  on('gone', (event) => {
    forget(JSON.parse(event.data));
    changed('clusters', GATHER_MS);
  });
  for (const [name, fold] of Object.entries(apply)) {
    on(name, (event) => {
      const data = JSON.parse(event.data);
      fold(data);
      changed(data.id ?? data.cluster, GATHER_MS);
    });
  }
}

/** A browser does not tell why there is no stream; the same question without one is answered. */
async function learnWhy() {
  try {
    await call(position === null ? '/fleet' : `/clusters?limit=1&fields=id&since=${encodeURIComponent(position)}`);
  } catch (failure) {
    if (failure.status === GONE) {
      // Too much has changed since, or it is another fleet: the next stream begins anew.
      position = null;
    }
    return;
  }
  state.refused = true;
  await load();
  if (!state.error) {
    state.lostAt = new Date().toISOString();
  }
  changed('connection');
}

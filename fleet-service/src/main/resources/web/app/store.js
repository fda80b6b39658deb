/*
 * What the dashboard knows, fed by REST once and by server-sent events from then on. Pages read `state`, call the
 * functions below and are told of changes at most once a frame.
 */

const API = '/api/v1';
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 10000;
/** Three of the service's heartbeats: a stream that is silent for longer has died without saying so. */
const SILENCE_MS = 45000;
const MAX_AUDIT = 200;

export const state = {
  /** connecting | live | lost */
  connection: 'connecting',
  lostAt: null,
  /** The service runs, and has no stream to give: what is shown is read now and then. */
  refused: false,
  /** since when the service has heard nothing of Kafka; null while it does */
  staleSince: null,
  loaded: false,
  error: null,
  fleet: null,
  clusters: new Map(),
  rollouts: new Map(),
  /** rollout id → cluster id → status; only of rollouts that a page has opened */
  rolloutClusters: new Map(),
  audit: [],
};

const listeners = new Set();
let frame = 0;

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed(hint) {
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
  }, 16);
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
  return { status: response.status, body };
}

export async function get(path) {
  return (await call(path)).body;
}

async function load() {
  try {
    const [fleet, clusters, rollouts, audit] = await Promise.all([
      get('/fleet'),
      get('/clusters'),
      get('/rollouts'),
      get('/audit'),
    ]);
    state.fleet = fleet;
    state.clusters = new Map(clusters.map((cluster) => [cluster.id, cluster]));
    state.rollouts = new Map(rollouts.map((rollout) => [rollout.id, rollout]));
    state.audit = audit.slice(0, MAX_AUDIT);
    state.loaded = true;
    state.error = null;
    await Promise.all([...state.rolloutClusters.keys()].map((id) => openRollout(id).catch(() => null)));
  } catch (failure) {
    state.error = failure.message;
  }
  changed('load');
}

/** Loads a rollout's clusters; they stay up to date from then on. Fails with 404 if there is no such rollout. */
export async function openRollout(id) {
  const detail = await get(`/rollouts/${encodeURIComponent(id)}`);
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
  },
  rollout: (data) => {
    state.rollouts.set(data.id, data);
  },
  'rollout-cluster': (data) => {
    state.rolloutClusters.get(data.rollout)?.set(data.cluster, data);
  },
  audit: (data) => {
    state.audit = [data, ...state.audit].slice(0, MAX_AUDIT);
  },
};

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

export function connect() {
  stream?.close();
  stream = new EventSource(`${API}/events`);
  stream.onopen = async () => {
    heard();
    // The stream is open first and everything read afterwards, so that no change falls in between.
    await load();
    if (!state.error) {
      state.connection = 'live';
      state.lostAt = null;
      state.refused = false;
      retryMs = FIRST_RETRY_MS;
      changed('connection');
    }
  };
  stream.onerror = async () => {
    // An answer that is no stream closes the source for good; a connection that breaks does not.
    state.refused = stream?.readyState === EventSource.CLOSED;
    lost();
    if (state.refused) {
      await load();
      if (!state.error) {
        state.lostAt = new Date().toISOString();
      }
    }
  };
  stream.addEventListener('heartbeat', () => {
    heard();
    // The stream says nothing while Kafka is away; an answer says how old it is.
    call('/fleet').catch(() => {});
  });
  // Every stream ends some day, and the next one takes over at once.
  stream.addEventListener('end', connect);
  for (const name of ['reload', 'gone']) {
    stream.addEventListener(name, () => {
      heard();
      load();
    });
  }
  for (const [name, fold] of Object.entries(apply)) {
    stream.addEventListener(name, (event) => {
      heard();
      const data = JSON.parse(event.data);
      fold(data);
      changed(data.id ?? data.cluster);
    });
  }
}

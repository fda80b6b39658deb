/* The small parts that pages are made of. Light DOM and no inline style: the content policy is strict. */
import { LitElement, html, svg, nothing } from 'lit';
import { onAddress } from './address.js';
import * as states from './states.js';
import { get, state, subscribe } from './store.js';

/** A page or part that draws itself again whenever the store or the address has changed. */
export class Part extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const listener = () => this.requestUpdate();
    listener.hint = (hint) => this.changed?.(hint);
    this.unsubscribe = subscribe(listener);
    this.offAddress = onAddress(listener);
  }

  disconnectedCallback() {
    this.unsubscribe();
    this.offAddress();
    super.disconnectedCallback();
  }
}

/**
 * A page about one answer of the service, which is read again a while after the fleet has changed. Its class says where
 * the answer is (`path`) and how many milliseconds that while has (`refresh`).
 */
export class AnswerPage extends Part {
  static properties = { answer: { state: true }, error: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.timer = 0;
    super.disconnectedCallback();
  }

  /** Called by the store with what has changed; many changes become one reading. */
  changed() {
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.load();
    }, this.constructor.refresh);
  }

  async load() {
    try {
      [this.answer, this.error] = [await get(this.constructor.path), null];
    } catch (reason) {
      this.error = reason;
    }
  }
}

/** What the service says on why something is as it is, with the command that would move it on. */
class Explanation extends LitElement {
  static properties = { told: {}, tone: {}, copied: { state: true } };

  createRenderRoot() {
    return this;
  }

  render() {
    const { sentence, command } = this.told;
    return html`<section class="explain tone-${this.tone}" aria-label="Explanation">
      <p data-testid="explanation">${sentence}</p>
      ${
        command
          ? html`<p class="command">
              <code>${command}</code
              ><button class="button small" @click=${() => this.copy(command)}>
                ${this.copied === command ? 'Copied' : 'Copy'}
              </button>
            </p>`
          : ''
      }
    </section>`;
  }

  async copy(text) {
    await navigator.clipboard.writeText(text);
    this.copied = text;
  }
}
customElements.define('kpf-explanation', Explanation);

const numbers = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const number = (value) => (value == null ? '–' : numbers.format(value));
export const short = (value) =>
  value == null ? '–' : value < 10000 ? numbers.format(Math.round(value)) : compact.format(value);
export const decimal = (value, digits = 2) => (value == null ? '–' : value.toFixed(digits));
export const percent = (part, whole) => (whole ? `${Math.floor((100 * part) / whole)} %` : '–');
/** The word that fits a number: `form(1, 'runs', 'run')`. */
export const form = (n, one, many) => (n === 1 ? one : many);
/** A number with what it counts; `many` where the plural does not just end in s. */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${form(n, one, many)}`;

/** How many nodes run something else than Azure shows, in words; empty where none is known to. */
export const differing = (health) =>
  health?.differing > 0
    ? `${number(health.differing)} of ${count(health.nodesReporting, 'node')} ` +
      `${form(health.differing, 'runs', 'run')} something else than Azure shows`
    : '';

export const clock = (iso) => {
  const at = new Date(iso);
  const time = at.toLocaleTimeString('en-GB');
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString('en-CA')} ${time}`;
};

/** For sorting: the order of characters, which is the same everywhere and a tenth of the work of a language's. */
export const less = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export const nameOf = (id) => id.slice(id.lastIndexOf('/') + 1);

/** The dashboard's own address of a cluster, from its ARM resource id. */
export const clusterHref = (id) => {
  const part = id.split('/');
  return `#/clusters/${part[2]}/${part[4]}/${part[8]}`;
};

export const rolloutHref = (id) => `#/rollouts/${encodeURIComponent(id)}`;

const icon = (shown) =>
  html`<svg class="icon ${shown.spins ? 'spins' : ''}" viewBox="0 0 16 16" aria-hidden="true">
    <path d=${shown.icon}></path>
  </svg>`;

export const badge = (kind, value, testid) => {
  const shown = states.of(kind, value);
  return html`<span class="badge tone-${shown.tone}" data-testid=${testid ?? nothing} data-state=${value}
    >${icon(shown)}${shown.word}</span
  >`;
};

/** That a cluster is no longer as a rollout left it; null if it is. */
export const driftBadge = (drift) =>
  drift
    ? html`${drift.of === 'Agents' ? html`<span class="sub">agents</span>` : ''}${badge(states.drift, drift.code)}`
    : '';

export const cell = (status) => {
  const shown = states.of(states.cluster, status.state);
  const label = `${nameOf(status.cluster)}: ${shown.word}${status.message ? `, ${status.message}` : ''}`;
  return html`<a
    class="cell tone-${shown.tone}"
    href=${clusterHref(status.cluster)}
    title=${label}
    aria-label=${label}
    data-testid="cluster-cell"
    data-cluster=${nameOf(status.cluster)}
    data-state=${status.state}
    >${icon(shown)}</a
  >`;
};

/** A bar of parts: [{value, tone, label}]. The label says in words what the colours show. */
export const bar = (parts, label) => {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  let x = 0;
  return html`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label=${label}>
    ${parts
      .filter((part) => part.value > 0)
      .map((part) => {
        const width = (100 * part.value) / total;
        const shown = svg`<rect class="fill-${part.tone}" x=${x} y="0" width=${width} height="1"></rect>`;
        x += width;
        return shown;
      })}
  </svg>`;
};

export const totals = (stages) =>
  stages.reduce(
    (sum, stage) => {
      for (const [, field] of states.progress) {
        sum[field] += stage.clusters[field];
      }
      return sum;
    },
    Object.fromEntries(states.progress.map(([, field]) => [field, 0])),
  );

export const total = (counts) => states.progress.reduce((sum, [, field]) => sum + counts[field], 0);
export const finished = (counts) => counts.converged + counts.failed + counts.skipped + counts.rolledBack;

export const countsBar = (counts) =>
  bar(
    states.progress.map(([name, field]) => ({ value: counts[field], tone: states.cluster[name].tone })),
    states.progress
      .filter(([, field]) => counts[field] > 0)
      .map(([name, field]) => `${counts[field]} ${states.cluster[name].word}`)
      .join(', ') || 'no clusters',
  );

export const countsText = (counts) =>
  states.progress
    .filter(([, field]) => counts[field] > 0)
    .map(
      ([name, field]) =>
        html`<span class="count tone-${states.cluster[name].tone}"
          >${icon(states.cluster[name])}${counts[field]} ${states.cluster[name].word.toLowerCase()}</span
        >`,
    );

/** What a plan warns of. */
export const warnings = (list) =>
  list.length === 0
    ? ''
    : html`<ul class="warnings" data-testid="warnings">
        ${list.map(
          (each) =>
            html`<li class="notice tone-warn">
              <span>${each.message}</span> <code>${each.code}</code>
              <span class="quiet"
                >${each.clusters === 0 ? '' : count(each.clusters, 'cluster')}${
                  each.examples.length
                    ? `: ${each.examples.join(', ')}${each.clusters > each.examples.length ? ', …' : ''}`
                    : ''
                }</span
              >
            </li>`,
        )}
      </ul>`;

export const loading = (what) =>
  html`<div class="notice" role="status" data-testid="loading">
    <span class="pulse" aria-hidden="true"></span>Loading ${what} …
  </div>`;

export const failure = (message) =>
  html`<div class="notice tone-bad" role="alert" data-testid="error">
    <strong>That did not work.</strong> <span>${message}</span>
  </div>`;

export const empty = (title, text) =>
  html`<div class="empty" data-testid="empty">
    <strong>${title}</strong>
    <p>${text}</p>
  </div>`;

/** What a page shows until the first data is there; null once it is. */
export const notYet = (what) => {
  if (state.loaded) {
    return null;
  }
  return state.error ? failure(state.error) : loading(what);
};

const tickers = new Set();
setInterval(() => {
  for (const each of tickers) {
    each.requestUpdate();
  }
}, 1000);

const units = [
  [86400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** Drawn again at each tick, so that what it says of the time stays true. */
class Ticking extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    tickers.add(this);
  }

  disconnectedCallback() {
    tickers.delete(this);
    super.disconnectedCallback();
  }
}

/** A moment relative to now, kept current: "3 min ago", "in 4:05". The exact time is its title. */
class Moment extends Ticking {
  static properties = { at: {} };

  render() {
    const seconds = Math.round((Date.now() - new Date(this.at).getTime()) / 1000);
    return html`<time datetime=${this.at} title=${clock(this.at)}
      >${seconds < 0 ? this.ahead(-seconds) : this.past(seconds)}</time
    >`;
  }

  ahead(seconds) {
    return seconds < 3600
      ? `in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
      : `in ${lasting(seconds)}`;
  }

  past(seconds) {
    if (seconds < 2) {
      return 'now';
    }
    const [size, unit] = units.find(([each]) => seconds >= each);
    return `${Math.floor(seconds / size)} ${unit} ago`;
  }
}
customElements.define('kpf-moment', Moment);

const ISO_DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;

/** Seconds of an ISO-8601 duration such as PT1H5M. */
export const seconds = (iso) => {
  const [, days = 0, hours = 0, minutes = 0, rest = 0] = ISO_DURATION.exec(iso) ?? [];
  return Number(days) * 86400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
};

/** A length of time in its two largest units: 12 s, 3 min 5 s, 2 h 10 min, 4 d 3 h. */
export const lasting = (length) => {
  const whole = Math.max(0, Math.round(length));
  const at = units.findIndex(([each]) => whole >= each);
  if (at < 0) {
    return '0 s';
  }
  const [size, unit] = units[at];
  const [nextSize, nextUnit] = units[at + 1] ?? [0, ''];
  const rest = nextSize ? Math.floor((whole % size) / nextSize) : 0;
  return `${Math.floor(whole / size)} ${unit}${rest ? ` ${rest} ${nextUnit}` : ''}`;
};

/** How long a rollout has lasted, and how much of that clusters were in flight; kept current while it runs. */
class Spent extends Ticking {
  static properties = { rollout: {} };

  render() {
    const { createdAt, finishedAt, activeFor, activeSince } = this.rollout;
    const end = finishedAt ? new Date(finishedAt) : new Date();
    const total = (end - new Date(createdAt)) / 1000;
    const active = seconds(activeFor) + (activeSince ? (end - new Date(activeSince)) / 1000 : 0);
    return html`${lasting(total)} in all, ${lasting(active)} active, ${lasting(total - active)} waiting`;
  }
}
customElements.define('kpf-spent', Spent);

export const spent = (rollout) => html`<kpf-spent .rollout=${rollout} data-testid="spent"></kpf-spent>`;

export const moment = (iso) => html`<kpf-moment .at=${iso}></kpf-moment>`;

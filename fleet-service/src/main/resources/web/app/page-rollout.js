/*
 * One rollout, live: its stages as a pipeline, every cluster as a cell and as a row with its reason, and what may be
 * asked of it.
 */
import { html } from 'lit';
import {
  Part,
  badge,
  clusterHref,
  empty,
  failure,
  less,
  loading,
  moment,
  nameOf,
  number,
  rolloutHref,
} from './parts.js';
import { href, query } from './address.js';
import { mayOverride, possible, possibleOf, questions } from './actions.js';
import { rolloutCost } from './cost.js';
import { choice, neighbours, ordering } from './filters.js';
import { gates } from './gates.js';
import { matchingRollouts } from './page-rollouts.js';
import { pipeline } from './pipeline.js';
import * as states from './states.js';
import { actor, command, get, openRollout, rememberActor, state } from './store.js';
import { summary } from './summary.js';
import { timeline } from './timeline.js';
import { trail } from './trail.js';
import './list.js';

const REFRESH_MS = 1500;

const columns = [
  { title: 'Cluster', sort: 'name', wide: 4 },
  { title: 'Stage', sort: 'stage', wide: 2 },
  { title: 'State', sort: 'state', wide: 3 },
  { title: 'Reason', wide: 7 },
  { title: 'Since', sort: 'since', wide: 2 },
  { title: 'Actions', hidden: true, wide: 3 },
];

const stateRank = new Map(Object.keys(states.cluster).map((name, index) => [name, index]));

/** By what the clusters can be ordered. @param place of each stage by its name */
function inOrder(order, place) {
  const of = {
    name: (each) => nameOf(each.cluster),
    stage: (each) => place.get(each.stage),
    state: (each) => stateRank.get(each.state),
    since: (each) => each.since,
  };
  const down = order.startsWith('-');
  const value = of[down ? order.slice(1) : order] ?? of.stage;
  return (a, b) => (down ? less(value(b), value(a)) : less(value(a), value(b))) || less(a.cluster, b.cluster);
}

class RolloutPage extends Part {
  static properties = {
    rollout: {},
    error: { state: true },
    explanation: { state: true },
    history: { state: true },
    asking: { state: true },
    about: { state: true },
    sending: { state: true },
    answer: { state: true },
  };

  willUpdate(changed) {
    if (changed.has('rollout')) {
      this.id_ = null;
      this.explanation = null;
      this.history = null;
      this.answer = null;
      this.open();
    }
  }

  open() {
    const rollout = this.rollout;
    this.error = null;
    openRollout(rollout).then(
      (id) => {
        if (rollout === this.rollout) {
          this.id_ = id;
          this.requestUpdate();
          this.explain();
        }
      },
      (reason) => (this.error = rollout === this.rollout ? reason : this.error),
    );
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.timer = 0;
    super.disconnectedCallback();
  }

  /** Called by the store with what has changed; many changes become one reading. */
  changed(hint) {
    // What was published a moment ago may not be there yet when the page is opened.
    if (this.error && (hint === 'load' || hint === this.rollout || hint?.startsWith(`${this.rollout}.`))) {
      this.open();
      return;
    }
    if (!this.timer && this.id_ && (hint === 'load' || hint === this.id_)) {
      this.timer = setTimeout(() => {
        this.timer = 0;
        this.explain();
      }, REFRESH_MS);
    }
  }

  /** Without an answer the page shows the rollout's own message, and no picture of its gates. */
  async explain() {
    const id = this.id_;
    const read = (what) => get(`/rollouts/${id}/${what}`).catch(() => null);
    const [explanation, history] = await Promise.all([read('explain'), read('gates')]);
    if (id === this.id_) {
      [this.explanation, this.history] = [explanation, history];
    }
  }

  render() {
    const rollout = this.id_ && state.rollouts.get(this.id_);
    if (!rollout) {
      return this.error ? failure(this.error.message) : loading(`rollout ${this.rollout}`);
    }
    const clusters = [...(state.rolloutClusters.get(rollout.id)?.values() ?? [])];
    return html`
      <div class="crumbs"><a href=${href('#/rollouts', this.listed())}>Rollouts</a>${this.neighbours(rollout)}</div>
      <div class="head">
        <h1>${rollout.id} ${badge(states.rollout, rollout.state, 'rollout-state')}</h1>
        ${this.buttons(rollout)}
      </div>
      ${
        rollout.message
          ? html`<p class="lead" data-testid="rollout-message">
              ${rollout.message}${rollout.code ? html` <code>${rollout.code}</code>` : ''}
            </p>`
          : ''
      }
      ${
        this.explanation
          ? html`<kpf-explanation
              .told=${this.explanation}
              .tone=${states.of(states.rollout, rollout.state).tone}
            ></kpf-explanation>`
          : ''
      }
      ${
        this.answer
          ? html`<div class="notice ${this.answer.failed ? 'tone-bad' : 'tone-ok'}" role="status" data-testid="answer">
              ${this.answer.text}
            </div>`
          : ''
      }
      ${summary(rollout)} ${timeline(rollout)}
      <h2 class="section">Stages</h2>
      ${pipeline(rollout, clusters)}
      ${gates(rollout, this.history, mayOverride(rollout) ? (gate) => this.ask('override', { gate }) : null)}
      ${rolloutCost(rollout, clusters)} ${this.table(rollout, clusters)} ${trail(rollout)} ${this.dialog(rollout)}
    `;
  }

  buttons(rollout) {
    return html`<div class="actions">
      ${possible(rollout).map(
        (action) =>
          html`<button
            class="button ${questions[action].tone}"
            data-testid="action-${action}"
            @click=${() => this.ask(action)}
          >
            ${questions[action].title}
          </button>`,
      )}
    </div>`;
  }

  table(rollout, clusters) {
    const parameters = query();
    const only = parameters.get('only') ?? '';
    const place = new Map(rollout.stages.map((each, index) => [each.name, index]));
    const found = clusters
      .filter((each) => !only || each.state === only)
      .sort(inOrder(parameters.get('order') ?? 'stage', place));
    return html`<section class="panel flush" aria-labelledby="rollout-clusters">
      <div class="toolbar">
        <h2 id="rollout-clusters">Clusters <small>${number(found.length)}</small></h2>
        <div class="filters">
          ${choice('only', 'Filter by state', [
            ['', 'Any state'],
            ...Object.entries(states.cluster).map(([key, shown]) => [key, shown.word]),
          ])}
          ${ordering(columns, 'order')}
        </div>
      </div>
      ${
        found.length === 0
          ? empty(
              'No clusters here.',
              clusters.length === 0
                ? 'The selector matches no cluster, or the plan is still being made.'
                : 'None is in this state.',
            )
          : html`<kpf-list
              label="Clusters of ${rollout.id}"
              name="rollout-clusters"
              parameter="order"
              usual="stage"
              .items=${found}
              .key=${(each) => each.cluster}
              .columns=${columns}
              .row=${(each, index) => this.row(rollout, each, index)}
            ></kpf-list>`
      }
    </section>`;
  }

  row(rollout, each, index) {
    return html`<tr
      data-index=${index}
      aria-rowindex=${index + 2}
      data-testid="rollout-cluster"
      data-cluster=${nameOf(each.cluster)}
      data-state=${each.state}
    >
      <th scope="row">
        <a href=${href(clusterHref(each.cluster), new URLSearchParams({ rollout: rollout.id }))}
          >${nameOf(each.cluster)}</a
        >
      </th>
      <td data-label="Stage">${each.stage}${each.group ? html`<span class="sub">${each.group}</span>` : ''}</td>
      <td data-label="State">${badge(states.cluster, each.state)}</td>
      <td data-label="Reason" class="reason">
        ${each.message || '–'}${each.code ? html` <code>${each.code}</code>` : ''}${
          each.attempt > 1 ? html`<span class="sub">attempt ${each.attempt}</span>` : ''
        }
      </td>
      <td data-label="Since">${moment(each.since)}</td>
      <td class="row-actions">
        ${possibleOf(rollout, each).map(
          (action) =>
            html`<button
              class="button small"
              data-testid="cluster-${action}"
              aria-label="${questions[action].title} ${nameOf(each.cluster)}"
              @click=${() => this.ask(action, { cluster: each.cluster })}
            >
              ${questions[action].title}
            </button>`,
        )}
      </td>
    </tr>`;
  }

  /** What narrows the list of rollouts that led here. */
  listed() {
    const parameters = query();
    parameters.delete('only');
    parameters.delete('order');
    return parameters;
  }

  neighbours(rollout) {
    const parameters = this.listed();
    const found = matchingRollouts(parameters);
    return neighbours(
      found.map((each) => href(rolloutHref(each.id), parameters)),
      found.findIndex((each) => each.id === rollout.id),
      'Rollout',
    );
  }

  /** @param about the one cluster or gate that is meant: {cluster} or {gate}; empty for the rollout as a whole */
  ask(action, about = {}) {
    this.asking = action;
    this.about = about;
    this.answer = null;
    this.updateComplete.then(() => this.querySelector('dialog').showModal());
  }

  dialog(rollout) {
    const { title, tone, consequence, needsReason } = questions[this.asking] ?? {
      title: '',
      tone: '',
      consequence: '',
    };
    const about = this.about?.gate ?? (this.about?.cluster ? nameOf(this.about.cluster) : null);
    return html`<dialog data-testid="confirm" aria-labelledby="confirm-title" @close=${() => (this.asking = null)}>
      <form @submit=${(event) => this.send(event, rollout)}>
        <h2 id="confirm-title">${title} ${about ? `${about} in ${rollout.id}` : rollout.id}?</h2>
        <p>${consequence}</p>
        <label
          >Why
          <input
            name="reason"
            maxlength="1000"
            autocomplete="off"
            ?required=${needsReason}
            placeholder=${needsReason ? 'needed, kept in the audit trail' : 'optional, kept in the audit trail'}
            data-testid="confirm-reason"
        /></label>
        ${
          state.caller?.login
            ? ''
            : html`<label
                >Your name
                <input name="actor" maxlength="128" .value=${actor()} autocomplete="username" placeholder="anonymous"
              /></label>`
        }
        <div class="actions">
          <button type="button" class="button" @click=${() => this.querySelector('dialog').close()}>Cancel</button>
          <button class="button ${tone || 'primary'}" ?disabled=${this.sending} data-testid="confirm-ok">
            ${this.sending ? 'Asking …' : title}
          </button>
        </div>
      </form>
    </dialog>`;
  }

  async send(event, rollout) {
    event.preventDefault();
    const form = new FormData(event.target);
    if (form.has('actor')) {
      rememberActor(form.get('actor').trim());
    }
    this.sending = true;
    try {
      this.answer = { text: await command(rollout.id, this.asking, form.get('reason').trim(), this.about) };
    } catch (refused) {
      this.answer = { failed: true, text: refused.message };
    }
    this.sending = false;
    event.target.reset();
    this.querySelector('dialog').close();
  }
}
customElements.define('kpf-rollout', RolloutPage);

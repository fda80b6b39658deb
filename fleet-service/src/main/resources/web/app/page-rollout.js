/*
 * One rollout, live: its stages as a pipeline, every cluster as a cell and as a row with its reason, and what may be
 * asked of it.
 */
import { html } from 'lit';
import {
  Part,
  badge,
  cell,
  clock,
  clusterHref,
  count,
  countsBar,
  countsText,
  empty,
  failure,
  finished,
  loading,
  moment,
  nameOf,
  spent,
  total,
  totals,
  warnings,
} from './parts.js';
import { impossible, mayOverride, possible, possibleOf, questions } from './actions.js';
import { gates } from './gates.js';
import { describe } from './kube-proxy.js';
import * as states from './states.js';
import { actor, command, get, openRollout, rememberActor, state } from './store.js';

const ROWS = 200;
const REFRESH_MS = 1500;

class RolloutPage extends Part {
  static properties = {
    rollout: {},
    error: { state: true },
    explanation: { state: true },
    asking: { state: true },
    about: { state: true },
    sending: { state: true },
    answer: { state: true },
    only: { state: true },
    rows: { state: true },
  };

  constructor() {
    super();
    this.only = '';
    this.rows = ROWS;
  }

  willUpdate(changed) {
    if (changed.has('rollout')) {
      this.id_ = null;
      this.explanation = null;
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

  /** Without an answer the page shows the rollout's own message. */
  async explain() {
    const id = this.id_;
    try {
      const explanation = await get(`/rollouts/${id}/explain`);
      this.explanation = id === this.id_ ? explanation : this.explanation;
    } catch {
      this.explanation = null;
    }
  }

  render() {
    const rollout = this.id_ && state.rollouts.get(this.id_);
    if (!rollout) {
      return this.error ? failure(this.error.message) : loading(`rollout ${this.rollout}`);
    }
    const clusters = [...(state.rolloutClusters.get(rollout.id)?.values() ?? [])];
    const counts = totals(rollout.stages);
    return html`
      <p class="crumbs"><a href="#/rollouts">Rollouts</a></p>
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
      <section class="panel summary" aria-label="Summary">
        <div class="overall">
          <p><b data-testid="rollout-progress">${finished(counts)} of ${count(total(counts), 'cluster')} done</b></p>
          ${countsBar(counts)}
          <p class="counts">${countsText(counts)}</p>
        </div>
        <dl class="facts">
          <div>
            <dt>Configuration</dt>
            <dd>${describe(rollout.spec.kubeProxy)}</dd>
          </div>
          <div>
            <dt>Published by</dt>
            <dd>
              ${rollout.actor},
              ${moment(rollout.createdAt)}${
                states.cause[rollout.cause] ? html`<span class="sub">${states.cause[rollout.cause]}</span>` : ''
              }
            </dd>
          </div>
          <div>
            <dt>${states.of(states.rollout, rollout.state).word} since</dt>
            <dd>${moment(rollout.since)}</dd>
          </div>
          <div>
            <dt>Time</dt>
            <dd>${spent(rollout)}</dd>
          </div>
          ${
            rollout.plan?.earliestEnd && !rollout.finishedAt && !rollout.goesBack
              ? html`<div>
                  <dt>Foreseen end</dt>
                  <dd>${moment(rollout.plan.earliestEnd)}, at the latest ${moment(rollout.plan.latestEnd)}</dd>
                </div>`
              : ''
          }
          <div>
            <dt>On failure</dt>
            <dd>
              ${rollout.spec.strategy.onFailure}${
                rollout.spec.strategyRef ? html`<span class="sub">strategy ${rollout.spec.strategyRef}</span>` : ''
              }
            </dd>
          </div>
          ${this.when(rollout.spec.strategy)}
        </dl>
        ${
          rollout.plan?.warnings.length && !rollout.finishedAt
            ? html`<details>
                <summary>${count(rollout.plan.warnings.length, 'warning')} of the plan</summary>
                ${warnings(rollout.plan.warnings)}
              </details>`
            : ''
        }
        ${this.objections(rollout)}
      </section>
      <h2 class="section">Stages</h2>
      <ol class="pipeline" data-testid="pipeline">
        ${rollout.stages.map((each, index) => this.stage(each, index, clusters))}
      </ol>
      ${gates(rollout, mayOverride(rollout) ? (gate) => this.ask('override', { gate }) : null)}
      ${this.table(rollout, clusters)} ${this.trail(rollout)} ${this.dialog(rollout)}
    `;
  }

  /** The scheduled start and the windows, where there are any. */
  when(strategy) {
    const { honourAksMaintenance, schedule } = strategy.windows;
    const words = [
      ...(strategy.startAt ? [`not before ${clock(strategy.startAt)}`] : []),
      ...schedule.map(({ days, start, timeZone }) => {
        const named = days.length === 7 ? 'daily' : days.map((day) => day.slice(0, 3)).join(', ');
        return `${named} from ${start.slice(0, 5)} ${timeZone}`;
      }),
      ...(honourAksMaintenance ? ['AKS maintenance windows'] : []),
    ];
    return words.length
      ? html`<div>
          <dt>When</dt>
          <dd>${words.map((each) => html`<span class="line">${each}</span>`)}</dd>
        </div>`
      : '';
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

  /** Why the other buttons are not there. */
  objections(rollout) {
    const objections = impossible(rollout);
    return objections.length === 0
      ? ''
      : html`<details data-testid="impossible">
          <summary>What cannot be asked now</summary>
          <ul class="objections">
            ${objections.map(
              ({ name, objection }) =>
                html`<li><b>${questions[name].title}</b>: ${objection.message} <code>${objection.code}</code></li>`,
            )}
          </ul>
        </details>`;
  }

  /** The clusters of a stage as cells, by group where it has groups. */
  cells(name, clusters) {
    const cells = (list) =>
      html`<div class="cells" role="group" aria-label="Clusters of ${name}">
        ${list.slice(0, ROWS).map(cell)}
        ${list.length > ROWS ? html`<span class="aside">and ${list.length - ROWS} more</span>` : ''}
      </div>`;
    const groups = [...new Set(clusters.map((each) => each.group).filter(Boolean))].sort();
    return groups.length === 0
      ? cells(clusters)
      : groups.map(
          (group) =>
            html`<div class="group" data-testid="group" data-group=${group}>
              <span class="sub">${group}</span>${cells(clusters.filter((each) => each.group === group))}
            </div>`,
        );
  }

  stage(stage, index, clusters) {
    const shown = states.of(states.stage, stage.state);
    const own = clusters.filter((each) => each.stage === stage.name).sort((a, b) => a.cluster.localeCompare(b.cluster));
    return html`<li
      class="panel stage tone-${shown.tone}"
      data-testid="stage"
      data-stage=${stage.name}
      data-state=${stage.state}
    >
      <div class="row">
        <h3><span class="ordinal">${index + 1}</span>${stage.name}</h3>
        ${badge(states.stage, stage.state, 'stage-state')}
      </div>
      ${total(stage.clusters) === 0 ? html`<p class="quiet">no clusters</p>` : countsBar(stage.clusters)}
      <p class="aside">
        <span>${finished(stage.clusters)} of ${total(stage.clusters)}</span>
        ${
          stage.until
            ? html`<span>${new Date(stage.until) > new Date() ? 'ends ' : 'ended '}<b>${moment(stage.until)}</b></span>`
            : ''
        }
        <span>at most ${stage.maxConcurrent} at once, ${count(stage.maxFailures, 'failure')} allowed</span>
      </p>
      ${this.cells(`stage ${stage.name}`, own)}
    </li>`;
  }

  table(rollout, clusters) {
    const order = new Map(rollout.stages.map((each, index) => [each.name, index]));
    const found = clusters
      .filter((each) => !this.only || each.state === this.only)
      .sort((a, b) => order.get(a.stage) - order.get(b.stage) || a.cluster.localeCompare(b.cluster));
    return html`<section class="panel flush" aria-labelledby="rollout-clusters">
      <div class="toolbar">
        <h2 id="rollout-clusters">Clusters <small>${found.length}</small></h2>
        <div class="filters">
          <select aria-label="Filter by state" @change=${(event) => (this.only = event.target.value)}>
            <option value="">Any state</option>
            ${Object.entries(states.cluster).map(([key, shown]) => html`<option value=${key}>${shown.word}</option>`)}
          </select>
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
          : html`<table class="cards" data-testid="rollout-clusters">
              <thead>
                <tr>
                  <th>Cluster</th>
                  <th>Stage</th>
                  <th>State</th>
                  <th>Reason</th>
                  <th>Since</th>
                  <th><span class="hidden">Actions</span></th>
                </tr>
              </thead>
              <tbody>
                ${found.slice(0, this.rows).map(
                  (each) =>
                    html`<tr
                      data-testid="rollout-cluster"
                      data-cluster=${nameOf(each.cluster)}
                      data-state=${each.state}
                    >
                      <th scope="row"><a href=${clusterHref(each.cluster)}>${nameOf(each.cluster)}</a></th>
                      <td data-label="Stage">
                        ${each.stage}${each.group ? html`<span class="sub">${each.group}</span>` : ''}
                      </td>
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
                    </tr>`,
                )}
              </tbody>
            </table>`
      }
      ${
        found.length > this.rows
          ? html`<p class="more"><button class="button" @click=${() => (this.rows += ROWS)}>Show more</button></p>`
          : ''
      }
    </section>`;
  }

  trail(rollout) {
    const entries = state.audit
      .filter((each) => each.rollout === rollout.id || (!each.rollout && each.config === rollout.config))
      .slice(0, 30);
    return entries.length === 0
      ? ''
      : html`<section class="panel" aria-labelledby="trail">
          <h2 id="trail">Who did what</h2>
          <ol class="trail" data-testid="audit">
            ${entries.map(
              (each) =>
                html`<li>
                  <time datetime=${each.at}>${clock(each.at)}</time
                  ><span
                    ><b>${each.actor}</b> · ${each.action}
                    ${each.verdict === 'Done' ? '' : badge(states.verdict, each.verdict)}<br />${each.message}${
                      each.reason ? html` <q>${each.reason}</q>` : ''
                    }</span
                  >
                </li>`,
            )}
          </ol>
        </section>`;
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
        <label
          >Your name
          <input name="actor" maxlength="128" .value=${actor()} autocomplete="username" placeholder="anonymous"
        /></label>
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
    rememberActor(form.get('actor').trim());
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

/* Every rollout, newest first. */
import { html } from 'lit';
import { Part, badge, count, countsBar, empty, finished, moment, notYet, rolloutHref, total, totals } from './parts.js';
import { describe } from './kube-proxy.js';
import * as states from './states.js';
import { state } from './store.js';

class RolloutsPage extends Part {
  render() {
    const waiting = notYet('rollouts');
    if (waiting) {
      return waiting;
    }
    const rollouts = [...state.rollouts.values()].sort(
      (a, b) => b.createdAt.localeCompare(a.createdAt) || b.generation - a.generation,
    );
    return html`
      <div class="head">
        <h1>Rollouts</h1>
        <a class="button primary" href="#/publish">Publish a configuration</a>
      </div>
      ${
        rollouts.length === 0
          ? html`<section class="panel">
              ${empty(
                'Nothing has been rolled out yet.',
                'Publish a configuration; each accepted change of it becomes a rollout here.',
              )}
            </section>`
          : html`<ul class="rollouts" data-testid="rollouts">
              ${rollouts.map((each) => this.card(each))}
            </ul>`
      }
    `;
  }

  card(rollout) {
    const counts = totals(rollout.stages);
    return html`<li class="panel card" data-testid="rollout-card" data-rollout=${rollout.id}>
      <div class="row">
        <a class="title" href=${rolloutHref(rollout.id)}>${rollout.id}</a>${badge(states.rollout, rollout.state)}
      </div>
      <p class="what">${describe(rollout.spec)}</p>
      ${countsBar(counts)}
      <p class="aside">
        <span>${finished(counts)} of ${count(total(counts), 'cluster')} done</span
        ><span>${count(rollout.stages.length, 'stage')}</span
        ><span>by ${rollout.actor}, ${moment(rollout.createdAt)}</span
        >${states.cause[rollout.cause] ? html`<span>${states.cause[rollout.cause]}</span>` : ''}
      </p>
      ${rollout.message ? html`<p class="message">${rollout.message}</p>` : ''}
    </li>`;
  }
}
customElements.define('kpf-rollouts', RolloutsPage);

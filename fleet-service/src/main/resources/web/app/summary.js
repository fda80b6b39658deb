/* A rollout at a glance: how far it is, what it does, when, and what it warned of. */
import { html } from 'lit';
import { impossible, questions } from './actions.js';
import { needed } from './gates.js';
import { describe } from './kube-proxy.js';
import { clock, count, countsBar, countsText, finished, moment, spent, total, totals, warnings } from './parts.js';
import * as states from './states.js';

/** The scheduled start and the windows, where there are any. */
const when = (strategy) => {
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
};

/** Why the other buttons are not there. */
const objections = (rollout) => {
  const listed = impossible(rollout);
  return listed.length === 0
    ? ''
    : html`<details data-testid="impossible">
        <summary>What cannot be asked now</summary>
        <ul class="objections">
          ${listed.map(
            ({ name, objection }) =>
              html`<li><b>${questions[name].title}</b>: ${objection.message} <code>${objection.code}</code></li>`,
          )}
        </ul>
      </details>`;
};

export const summary = (rollout) => {
  const counts = totals(rollout.stages);
  const { agents, strategy } = rollout.spec;
  return html`<section class="panel summary" aria-label="Summary">
    <div class="overall">
      <p><b data-testid="rollout-progress">${finished(counts)} of ${count(total(counts), 'cluster')} done</b></p>
      ${countsBar(counts)}
      <p class="counts">${countsText(counts)}</p>
    </div>
    <dl class="facts">
      <div>
        <dt>Configuration</dt>
        <dd>${describe(rollout.spec)}</dd>
      </div>
      <div>
        <dt>Evidence</dt>
        <dd data-testid="evidence">${needed(agents ? { ...strategy.gate, evidence: 'Both' } : strategy.gate)}</dd>
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
      ${when(rollout.spec.strategy)}
    </dl>
    ${
      rollout.plan?.warnings.length && !rollout.finishedAt
        ? html`<details>
            <summary>${count(rollout.plan.warnings.length, 'warning')} of the plan</summary>
            ${warnings(rollout.plan.warnings)}
          </details>`
        : ''
    }
    ${objections(rollout)}
  </section>`;
};

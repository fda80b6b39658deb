/* What publishing would do: stages with clusters from → to, what is left alone and why, and what to know before. */
import { html } from 'lit';
import { earlierCost } from './cost.js';
import { needed } from './gates.js';
import { clusterHref, count, moment, nameOf, warnings } from './parts.js';

const SHOWN = 50;

const change = (each) =>
  html`<li>
    <a href=${clusterHref(each.cluster)}>${nameOf(each.cluster)}</a
    >${each.group ? html` <span class="tag">${each.group}</span>` : ''}
    <span class="quiet">${each.from} → ${each.to}</span>
    ${each.reason ? html`<span class="sub"><code>${each.reason.code}</code> ${each.reason.message}</span>` : ''}
  </li>`;

const left = (each) =>
  html`<li>
    <a href=${clusterHref(each.cluster)}>${nameOf(each.cluster)}</a>
    ${
      each.reason
        ? html`<span class="sub"><code>${each.reason.code}</code> ${each.reason.message}</span>`
        : html`<span class="quiet">${each.from}</span>`
    }
  </li>`;

const list = (clusters, draw) =>
  html`<ul class="changes">
    ${clusters.slice(0, SHOWN).map(draw)}
    ${clusters.length > SHOWN ? html`<li class="quiet">and ${clusters.length - SHOWN} more</li>` : ''}
  </ul>`;

const folded = (title, clusters, testid) =>
  clusters.length === 0
    ? ''
    : html`<details data-testid=${testid}>
        <summary>${count(clusters.length, 'cluster')} ${title}</summary>
        ${list(clusters, left)}
      </details>`;

/** What would watch a stage, and what that will not be able to judge. */
const gates = (told) =>
  told
    ? html`<p class="quiet" data-testid="plan-gates">
          Evidence: ${needed(told)}. Gates:
          ${told.judged.length ? told.judged.join(', ') : 'no signals'}${
            told.observed.length ? `; observed ${told.observed.join(', ')}` : ''
          }${told.external.length ? `; waits for ${told.external.join(', ')}` : ''}
        </p>
        ${told.cannotTell.map(
          (each) =>
            html`<div class="notice tone-warn" data-testid="plan-cannot-tell">
              <span>${each.message}</span> <code>${each.code}</code>
            </div>`,
        )}`
    : '';

export const planView = (plan) => {
  const changes = plan.stages.reduce((sum, stage) => sum + stage.clusters.length, 0);
  return html`<div class="plan" role="status" data-testid="plan">
    <p>
      <b data-testid="plan-changes">${count(changes, 'cluster')} would change</b> to
      ${plan.to}${
        plan.earliestEnd && changes > 0
          ? html`, done between <b>${moment(plan.earliestEnd)}</b> and <b>${moment(plan.latestEnd)}</b> if nobody is
              waited for`
          : ''
      }.
    </p>
    ${
      plan.waitsFor
        ? html`<div class="notice tone-warn" data-testid="plan-waits">
            <span>It could not start now: ${plan.waitsFor.message}</span> <code>${plan.waitsFor.code}</code>
          </div>`
        : ''
    }
    ${earlierCost(plan.earlierCost)} ${warnings(plan.warnings)}
    ${plan.stages
      .filter((stage) => stage.clusters.length > 0)
      .map(
        (stage) =>
          html`<details open data-testid="plan-stage">
            <summary>
              <b>${stage.name}</b> · ${count(stage.clusters.length, 'cluster')}, at most ${stage.maxConcurrent} at once,
              ${count(stage.maxFailures, 'failure')} allowed
            </summary>
            ${gates(stage.gates)} ${list(stage.clusters, change)}
          </details>`,
      )}
    ${folded('would be skipped', plan.skipped, 'plan-skipped')}
    ${folded('converged already', plan.converged, 'plan-converged')}
  </div>`;
};

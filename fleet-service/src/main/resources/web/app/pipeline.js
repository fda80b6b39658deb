/* The stages of a rollout side by side, each with its clusters as cells. */
import { html } from 'lit';
import { badge, cell, count, countsBar, finished, moment, total } from './parts.js';
import * as states from './states.js';

/** Cells of a stage; what is more is counted. */
const CELLS = 200;

/** The clusters of a stage as cells, by group where it has groups. */
const cellsOf = (name, clusters) => {
  const cells = (list) =>
    html`<div class="cells" role="group" aria-label="Clusters of ${name}">
      ${list.slice(0, CELLS).map(cell)}
      ${list.length > CELLS ? html`<span class="aside">and ${list.length - CELLS} more</span>` : ''}
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
};

const card = (stage, index, clusters) => {
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
    ${cellsOf(`stage ${stage.name}`, own)}
  </li>`;
};

export const pipeline = (rollout, clusters) =>
  html`<ol class="pipeline" data-testid="pipeline">
    ${rollout.stages.map((each, index) => card(each, index, clusters))}
  </ol>`;

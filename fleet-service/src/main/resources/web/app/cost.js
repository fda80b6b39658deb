/* What changes cost: for how long at most what nodes counted deviated from the time before, by stage and by cluster. */
import { html } from 'lit';
import { words } from './gates.js';
import { clusterHref, count, decimal, nameOf, number, seconds } from './parts.js';

/** Clusters that the table of a rollout lists, those interrupted for longest first. */
const ROWS = 50;

const atMost = (duration) => (seconds(duration) > 0 ? `${number(Math.ceil(seconds(duration)))} s` : 'none seen');

const longest = (cost) => Math.max(0, ...cost.signals.map((each) => seconds(each.deviation?.atMost ?? 'PT0S')));

const figures = (cost) =>
  html`<table class="cards" data-testid="cost-signals">
    <thead>
      <tr>
        <th>Signal</th>
        <th class="num">At most</th>
        <th class="num">Events</th>
        <th class="num">Expected</th>
        <th class="num">Unwatched</th>
      </tr>
    </thead>
    <tbody>
      ${cost.signals.map(
        ({ signal, deviation }) =>
          html`<tr data-testid="cost-signal" data-signal=${signal}>
            <th scope="row">${words[signal] ?? signal}</th>
            <td data-label="At most" class="num">
              ${deviation ? atMost(deviation.atMost) : 'unknown'}${
                deviation?.lasting ? html`<span class="sub attention">still so once it had settled</span>` : ''
              }
            </td>
            <td data-label="Events" class="num">${number(deviation?.events)}</td>
            <td data-label="Expected" class="num">${decimal(deviation?.expectedEvents, 1)}</td>
            <td data-label="Unwatched" class="num">
              ${deviation ? `${number(Math.ceil(seconds(deviation.unwatched)))} s` : '–'}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;

/** What the latest change of a cluster cost it; empty while nobody has told. */
export const clusterCost = (cost) =>
  cost
    ? html`<section class="panel flush" aria-labelledby="cost">
        <div class="toolbar"><h2 id="cost">Cost of the change</h2></div>
        <p class="told" data-testid="cost">${cost.message}</p>
        ${cost.signals.length ? figures(cost) : ''}
      </section>`
    : '';

const range = ({ shortest, longest: most, deviating, known }) => {
  const from = shortest === most ? '' : `${atMost(shortest)} to `;
  return deviating === 0 ? 'none seen' : `${from}${atMost(most)} on ${deviating} of ${known}`;
};

const stageRow = (stage) =>
  html`<tr data-testid="cost-stage" data-stage=${stage.name}>
    <th scope="row">stage ${stage.name}</th>
    <td data-label="Cost">${stage.cost.message}</td>
    <td data-label="By signal" class="quiet">
      ${stage.cost.signals.map(
        (each) =>
          html`<span class="line"
            >${words[each.signal] ?? each.signal}: ${range(each)}, ${number(each.events)} in
            all${each.lasting ? `, ${each.lasting} still so` : ''}</span
          >`,
      )}
    </td>
  </tr>`;

const clusterRow = ({ cluster, cost }) =>
  html`<tr data-testid="cost-cluster" data-cluster=${nameOf(cluster)}>
    <th scope="row"><a href=${clusterHref(cluster)}>${nameOf(cluster)}</a></th>
    <td data-label="Cost">${cost.message}</td>
    <td data-label="By signal"></td>
  </tr>`;

/** Empty while nobody has told what any change of the rollout cost. */
export const rolloutCost = (rollout, clusters) => {
  const stages = rollout.stages.filter((stage) => stage.cost);
  const interrupted = clusters
    .filter((each) => each.cost && longest(each.cost) > 0)
    .sort((a, b) => longest(b.cost) - longest(a.cost) || a.cluster.localeCompare(b.cluster));
  const hidden = interrupted.length - ROWS;
  return stages.length === 0
    ? ''
    : html`<section class="panel flush" aria-labelledby="cost">
        <div class="toolbar"><h2 id="cost">Cost of the change</h2></div>
        <table class="cards" data-testid="costs">
          <thead>
            <tr>
              <th>Where</th>
              <th>From the change until it had settled</th>
              <th>By signal, at most</th>
            </tr>
          </thead>
          <tbody>
            ${stages.map(stageRow)}${interrupted.slice(0, ROWS).map(clusterRow)}
          </tbody>
        </table>
        ${hidden > 0 ? html`<p class="quiet told">and ${count(hidden, 'more cluster')}</p>` : ''}
      </section>`;
};

/** What an earlier rollout cost, before a plan. */
export const earlierCost = (cost) =>
  cost
    ? html`<p class="quiet" data-testid="plan-cost">
        Last time, stage ${cost.stage} of ${cost.rollout}: ${cost.message}.
      </p>`
    : '';

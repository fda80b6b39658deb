/* How far campaigns are: what is done and when, what is left, and what it is blocked by. All is the service's word. */
import { html } from 'lit';
import { AnswerPage, badge, clock, count, number, rolloutHref } from './parts.js';
import * as states from './states.js';

/** The counts of a campaign, each with what it means. */
const counts = [
  ['done', 'Done', 'converged, and not drifted since'],
  ['underWay', 'Under way', 'in the rollout under way'],
  ['ready', 'Ready', 'nothing known speaks against it; not begun'],
  ['blocked', 'Blocked', 'something has to be changed before'],
  ['unknown', 'Unknown', 'too little is known'],
  ['nothingToDo', 'Nothing to do', 'the campaign is not about them'],
];

const tile = (name, [key, word, meaning], value) =>
  html`<div class="tile" data-testid="campaign-${key}" data-campaign=${name}>
    <h3>${word}</h3>
    <p class="figure">${number(value)}</p>
    <p class="aside">${meaning}</p>
  </div>`;

const obstacle = ({ code, weight, clusters, examples, helps }) =>
  html`<tr data-testid="campaign-obstacle" data-code=${code}>
    <th scope="row"><code>${code}</code></th>
    <td data-label="Clusters">${number(clusters)}</td>
    <td data-label="Means">${weight === 'Blocks' ? 'blocks' : 'unknown'}</td>
    <td data-label="Such as">${examples.join(', ')}</td>
    <td data-label="What helps" class="reason">${helps ?? 'see its rollout'}</td>
  </tr>`;

const support = ({ endOfLife, daysLeft, clusters, unknown, asOf }) =>
  asOf == null
    ? 'No cluster is left to be done.'
    : `${
        endOfLife == null
          ? 'How long AKS supports what is left is unknown'
          : `Support ends first on ${endOfLife}, ${
              daysLeft < 0 ? `${count(-daysLeft, 'day')} ago` : `in ${count(daysLeft, 'day')}`
            }, for ${count(clusters, 'cluster')}`
      } by the calendar of ${asOf}${endOfLife != null && unknown ? `, which does not know ${number(unknown)}` : ''}.`;

const months = ({ months: all, doneAtUnknownTime, knownSince }) =>
  html`${all.map(
    ({ month, clusters }) =>
      html`<span class="line" data-testid="campaign-month" data-month=${month}
        >${month}: ${number(clusters)} done</span
      >`,
  )}${
    doneAtUnknownTime
      ? html`<span class="line quiet" data-testid="campaign-undated"
          >${number(doneAtUnknownTime)} done before, or had the mode already; nobody knows when</span
        >`
      : ''
  }${
    knownSince
      ? html`<span class="line quiet">What was done in which month is not known before ${clock(knownSince)}.</span>`
      : ''
  }`;

const campaign = (each) =>
  html`<section
    class="panel flush"
    aria-labelledby="campaign-${each.name}"
    data-testid="campaign"
    data-name=${each.name}
  >
    <div class="toolbar">
      <h2 id="campaign-${each.name}">Campaign ${each.name} <small>to ${each.to}</small></h2>
      <a href=${rolloutHref(each.rollout)}>${each.rollout}</a> ${badge(states.rollout, each.state)}
    </div>
    <div class="tiles">${counts.map((shown) => tile(each.name, shown, each.clusters[shown[0]]))}</div>
    ${
      each.obstacles.length
        ? html`<table class="cards">
            <thead>
              <tr>
                <th scope="col">What stands between</th>
                <th scope="col">Clusters</th>
                <th scope="col">Means</th>
                <th scope="col">Such as</th>
                <th scope="col">What helps</th>
              </tr>
            </thead>
            <tbody>
              ${each.obstacles.map(obstacle)}
            </tbody>
          </table>`
        : ''
    }
    <p class="told" data-testid="campaign-months">${months(each)}</p>
    <p class="quiet told" data-testid="campaign-support">${support(each.support)}</p>
  </section>`;

/** Nothing is drawn where there is no campaign, or where the service does not know any. */
class Campaigns extends AnswerPage {
  static path = '/campaigns';
  static refresh = 30000;

  render() {
    return this.answer?.map(campaign) ?? '';
  }
}
customElements.define('kpf-campaigns', Campaigns);

/* Every rollout, newest first. */
import { html } from 'lit';
import { href, query } from './address.js';
import { choice, ordering } from './filters.js';
import {
  Part,
  badge,
  count,
  countsBar,
  empty,
  finished,
  less,
  moment,
  notYet,
  number,
  rolloutHref,
  total,
  totals,
} from './parts.js';
import { describe } from './kube-proxy.js';
import * as states from './states.js';
import { state } from './store.js';
import './list.js';

const columns = [
  { title: 'Rollout', sort: 'name', wide: 4 },
  { title: 'State', sort: 'state', wide: 3 },
  { title: 'Progress', sort: 'progress', most: true, wide: 3 },
  { title: 'What', wide: 8 },
  { title: 'Published', sort: 'created', most: true, wide: 3 },
];

const share = (rollout) => {
  const counts = totals(rollout.stages);
  return total(counts) === 0 ? 0 : finished(counts) / total(counts);
};

const rank = new Map(Object.keys(states.rollout).map((name, index) => [name, index]));

const orders = {
  name: (each) => each.config,
  state: (each) => rank.get(each.state),
  progress: share,
  created: (each) => each.createdAt,
};

/** States that people ask for, beside each single one. */
const others = {
  open: ['Under way', (each) => !each.finishedAt],
  ended: ['Ended', (each) => Boolean(each.finishedAt)],
};

/** The rollouts that the parameters of an address mean, in their order. */
export function matchingRollouts(parameters) {
  const only = parameters.get('state');
  const words = (parameters.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const sort = parameters.get('sort') ?? '-created';
  const down = sort.startsWith('-');
  const of = orders[down ? sort.slice(1) : sort] ?? orders.created;
  return [...state.rollouts.values()]
    .filter((each) => !only || (others[only]?.[1](each) ?? each.state === only))
    .filter((each) => {
      const hay = `${each.id} ${each.actor} ${describe(each.spec)}`.toLowerCase();
      return words.every((word) => hay.includes(word));
    })
    .sort(
      (a, b) =>
        (down ? less(of(b), of(a)) : less(of(a), of(b))) || less(a.config, b.config) || b.generation - a.generation,
    );
}

const row = (parameters) => (rollout, index) => {
  const counts = totals(rollout.stages);
  return html`<tr data-index=${index} aria-rowindex=${index + 2} data-testid="rollout-row" data-rollout=${rollout.id}>
    <th scope="row">
      <a href=${href(rolloutHref(rollout.id), parameters)}>${rollout.id}</a
      >${states.cause[rollout.cause] ? html`<span class="sub">${states.cause[rollout.cause]}</span>` : ''}
    </th>
    <td data-label="State">${badge(states.rollout, rollout.state)}</td>
    <td data-label="Progress">
      ${countsBar(counts)}<span class="sub">${finished(counts)} of ${count(total(counts), 'cluster')}</span>
    </td>
    <td data-label="What" class="reason">
      ${describe(rollout.spec)}${rollout.message ? html`<span class="sub">${rollout.message}</span>` : ''}
    </td>
    <td data-label="Published">${moment(rollout.createdAt)}<span class="sub">by ${rollout.actor}</span></td>
  </tr>`;
};

class RolloutsPage extends Part {
  render() {
    const waiting = notYet('rollouts');
    if (waiting) {
      return waiting;
    }
    const parameters = query();
    const found = matchingRollouts(parameters);
    const all = state.rollouts.size;
    return html`
      <div class="head">
        <h1>Rollouts</h1>
        <a class="button primary" href="#/publish">Publish a configuration</a>
      </div>
      ${
        all === 0
          ? html`<section class="panel">
              ${empty(
                'Nothing has been rolled out yet.',
                'Publish a configuration; each accepted change of it becomes a rollout here.',
              )}
            </section>`
          : html`<section class="panel flush" aria-labelledby="rollouts-title">
              <div class="toolbar">
                <h2 id="rollouts-title">
                  Every rollout
                  <small>${found.length === all ? number(all) : `${number(found.length)} of ${number(all)}`}</small>
                </h2>
                <div class="filters">
                  <kpf-filter
                    label="Filter rollouts by text"
                    hint="Config, person, IPVS …"
                    name="filter-text"
                  ></kpf-filter>
                  ${choice('state', 'Filter by state', [
                    ['', 'Any state'],
                    ...Object.entries(others).map(([key, [word]]) => [key, word]),
                    ...Object.entries(states.rollout).map(([key, shown]) => [key, shown.word]),
                  ])}
                  ${ordering(columns)}
                </div>
              </div>
              ${
                found.length === 0
                  ? empty('No rollout matches.', 'Widen the filter to see more.')
                  : html`<kpf-list
                      label="Rollouts"
                      name="rollouts"
                      .items=${found}
                      .key=${(each) => each.id}
                      .columns=${columns}
                      .row=${row(parameters)}
                      usual="-created"
                    ></kpf-list>`
              }
            </section>`
      }
    `;
  }
}
customElements.define('kpf-rollouts', RolloutsPage);

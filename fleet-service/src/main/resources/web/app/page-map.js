/*
 * The fleet as a map: clusters by two of their properties, each field coloured by the share that failed or drifted. It
 * is a table, so that it is read out and walked through as one; each field leads to its clusters.
 */
import { html } from 'lit';
import { href, query } from './address.js';
import { choice } from './filters.js';
import { dimensions, isUnknown, listed, matching, needsAttention } from './found.js';
import { Part, count, empty, less, notYet, number } from './parts.js';
import { state } from './store.js';

/** Shares from which a field has a stronger colour, with what the legend says. */
const STEPS = [
  [0.2, 4, 'more than 20 %'],
  [0.05, 3, 'up to 20 %'],
  [0.01, 2, 'up to 5 %'],
  [0, 1, 'up to 1 %'],
];

/** Rows of a map; a fleet with more is narrowed first. */
const ROWS = 200;

const nobody = () => ({ clusters: 0, attention: 0, unknown: 0 });

/** Counts of each field: row → column → {clusters, attention, unknown}. */
function fields(found, down, across) {
  const rows = new Map();
  for (const each of found) {
    const row = down(each);
    let fields = rows.get(row);
    if (!fields) {
      fields = new Map();
      rows.set(row, fields);
    }
    const column = across(each);
    const field = fields.get(column) ?? nobody();
    field.clusters++;
    field.attention += needsAttention(each) ? 1 : 0;
    field.unknown += isUnknown(each) ? 1 : 0;
    fields.set(column, field);
  }
  return rows;
}

/** Harm that is known is shown; that there is none is said only where every cluster is seen. */
const heat = ({ clusters, attention, unknown }) =>
  attention > 0
    ? `heat-${STEPS.find(([from]) => attention / clusters > from)[1]}`
    : unknown > 0
      ? 'heat-unknown'
      : 'heat-0';

const words = ({ clusters, attention, unknown }) =>
  [
    count(clusters, 'cluster'),
    attention > 0
      ? `${number(attention)} failed or drifted`
      : unknown > 0
        ? 'none known to have failed or drifted'
        : 'none failed or drifted',
    ...(unknown > 0 ? [`${number(unknown)} seen by nobody`] : []),
  ].join(', ');

class MapPage extends Part {
  render() {
    const waiting = notYet('the fleet');
    if (waiting) {
      return waiting;
    }
    const now = query();
    const by = dimensions[now.get('by')] ? now.get('by') : 'location';
    const across =
      dimensions[now.get('across')] && now.get('across') !== by
        ? now.get('across')
        : by === 'version'
          ? 'mode'
          : 'version';
    const found = matching(listed(now));
    const options = (other) =>
      Object.entries(dimensions)
        .filter(([name]) => name !== other)
        .map(([name, { title }]) => [name, title]);
    return html`
      <div class="head">
        <h1>Map of the fleet</h1>
        <div class="filters">
          <label class="beside"><span>Rows</span> ${choice('by', 'Rows', options(null), { now: by })}</label>
          <label class="beside"
            ><span>Columns</span> ${choice('across', 'Columns', options(by), { now: across })}</label
          >
        </div>
      </div>
      <section class="panel" aria-label="Map">
        <p class="quiet heat-told">
          How many clusters there are, and how many of them failed in their latest rollout or drifted. The colour is
          their share.
        </p>
        <ul class="heat-legend" aria-label="What the colours mean">
          <li><span class="swatch heat-0" aria-hidden="true"></span>none failed or drifted, and all are seen</li>
          ${STEPS.toReversed().map(
            ([, step, word]) => html`<li><span class="swatch heat-${step}" aria-hidden="true"></span>${word}</li>`,
          )}
          <li>
            <span class="swatch heat-unknown" aria-hidden="true"></span>unknown: none known to have, and some are seen
            by nobody
          </li>
        </ul>
        ${
          found.length === 0
            ? empty(
                state.clustersLoaded ? 'No clusters here.' : 'The clusters are being read.',
                state.clustersLoaded ? 'The inventory has none, or the filter excludes all.' : 'This takes a moment.',
              )
            : this.table(found, by, across, listed(now))
        }
      </section>
    `;
  }

  table(found, by, across, parameters) {
    const rows = fields(found, dimensions[by].of, dimensions[across].of);
    const columns = [...new Set([...rows.values()].flatMap((each) => [...each.keys()]))].sort(less);
    const names = [...rows.keys()].sort(less);
    return html`<div class="heat-frame" tabindex="0" role="region" aria-label="Map, scrolls sideways">
        <table class="heat" data-testid="map">
          <caption class="hidden">
            Clusters by ${dimensions[by].title} and ${dimensions[across].title}
          </caption>
          <thead>
            <tr>
              <th scope="col">${dimensions[by].title}</th>
              ${columns.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${names.slice(0, ROWS).map(
              (name) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  ${columns.map((column) =>
                    this.field(rows.get(name).get(column), parameters, { [by]: name, [across]: column }),
                  )}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        names.length > ROWS
          ? html`<p class="quiet">
              The first ${number(ROWS)} of ${number(names.length)} rows; narrow the fleet to see others.
            </p>`
          : ''
      }`;
  }

  field(field, parameters, place) {
    if (!field) {
      return html`<td class="none"><span class="hidden">no cluster</span></td>`;
    }
    const next = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(place)) {
      next.set(name, value);
    }
    const told = `${Object.values(place).join(', ')}: ${words(field)}`;
    return html`<td>
      <a class="${heat(field)}" href=${href('#/', next)} aria-label=${told} title=${told} data-testid="map-field"
        >${number(field.clusters)}${
          field.attention ? html`<span class="sub">${number(field.attention)} not well</span>` : ''
        }</a
      >
    </td>`;
  }
}
customElements.define('kpf-map', MapPage);

/* Which clusters can leave their mode for nftables, what stands between, and how long AKS supports their versions. */
import { html } from 'lit';
import { href, query } from './address.js';
import { choice, ordering } from './filters.js';
import { asWorded, ordered } from './found.js';
import { AnswerPage, badge, clusterHref, count, empty, failure, loading, number } from './parts.js';
import * as states from './states.js';
import './campaigns.js';
import './list.js';

/** Days of support that a tile counts as few. */
const FEW_DAYS = 90;

const columns = [
  { title: 'Cluster', sort: 'name', wide: 4 },
  { title: 'Kubernetes', sort: 'version', wide: 2 },
  { title: 'Mode', sort: 'mode', wide: 2 },
  { title: 'Verdict', sort: 'verdict', wide: 3 },
  { title: 'Supported until', sort: 'support', wide: 3 },
  { title: 'What there is to know' },
];

const rank = new Map(Object.keys(states.readiness).map((name, index) => [name, index]));

/** What is not known comes last in either direction. */
const orders = {
  name: (each) => each.name,
  version: (each) => each.kubernetesVersion,
  mode: (each) => each.mode,
  verdict: (each) => rank.get(each.verdict) ?? null,
  support: (each) => each.support.endOfLife ?? null,
};

const isEnding = (each) => each.support.daysLeft != null && each.support.daysLeft <= FEW_DAYS;

/** What the calendar says has a column of its own. */
const told = (each) => each.findings.filter((finding) => finding.source !== 'Calendar');

/** The clusters that the parameters of an address mean, in their order. */
function matching(clusters, parameters) {
  const [verdict, code] = [parameters.get('verdict'), parameters.get('code')];
  const worded = asWorded(parameters);
  return clusters
    .filter((each) => !verdict || each.verdict === verdict)
    .filter((each) => !code || each.findings.some((finding) => finding.code === code))
    .filter((each) => !parameters.has('ending') || isEnding(each))
    .filter((each) => worded?.(each) ?? true)
    .sort(ordered(orders, parameters));
}

const finding = ({ code, weight, source, message, helps }) =>
  html`<span class="line ${weight === 'Note' ? 'quiet' : ''}" data-testid="readiness-finding" data-code=${code}
    >${weight === 'Note' ? '' : html`<b>${weight === 'Blocks' ? 'Blocks' : 'Unknown'}:</b> `}${message}
    <code>${code}</code> <span class="quiet">by ${source}</span>${
      helps && weight !== 'Note' ? html`<span class="sub">${helps}</span>` : ''
    }</span
  >`;

const support = ({ endOfLife, longTermEndOfLife, daysLeft, asOf }) =>
  endOfLife == null
    ? html`<span class="quiet">unknown to the calendar of ${asOf}</span>`
    : html`<span class=${daysLeft < 0 ? 'attention' : ''}
          >${endOfLife}<span class="sub"
            >${daysLeft < 0 ? `ended ${count(-daysLeft, 'day')} ago` : `${count(daysLeft, 'day')} left`}</span
          ></span
        >${longTermEndOfLife ? html`<span class="sub">long-term ${longTermEndOfLife}</span>` : ''}`;

const row = (each, index) =>
  html`<tr data-index=${index} aria-rowindex=${index + 2} data-testid="readiness-row" data-cluster=${each.name}>
    <th scope="row">
      <a href=${clusterHref(each.id)}>${each.name}</a><span class="sub">${each.resourceGroup} · ${each.location}</span>
    </th>
    <td data-label="Kubernetes">${each.kubernetesVersion}</td>
    <td data-label="Mode">${each.mode}</td>
    <td data-label="Verdict">${badge(states.readiness, each.verdict)}</td>
    <td data-label="Supported until">${support(each.support)}</td>
    <td data-label="What there is to know" class="reason">${told(each).map(finding)}</td>
  </tr>`;

const tile = (title, clusters, parameters, aside, testid) =>
  html`<div class="tile" data-testid=${testid}>
    <h2>${title}</h2>
    <p class="figure">${number(clusters)}</p>
    <p class="aside">${clusters ? html`<a href=${href('#/readiness', parameters)}>${aside}</a>` : aside}</p>
  </div>`;

class ReadinessPage extends AnswerPage {
  static path = '/readiness?to=NFTABLES';
  /** What is read is the whole fleet, and none of it changes by the second. */
  static refresh = 30000;

  render() {
    if (!this.answer) {
      return this.error ? failure(this.error.message) : loading('readiness');
    }
    const all = this.answer;
    const found = matching(all, query());
    const shown = found.length === all.length ? number(all.length) : `${number(found.length)} of ${number(all.length)}`;
    const codes = [...new Set(all.flatMap((each) => told(each).map(({ code }) => code)))].sort();
    return html`
      <div class="head"><h1>Readiness for nftables</h1></div>
      <p class="quiet">
        Kubernetes has mode IPVS off by default from 1.40 on and removes it in 1.43; from 1.40 on nftables is what runs
        where no mode is named. Nothing here changes a cluster.
      </p>
      <kpf-campaigns></kpf-campaigns>
      ${this.tiles(all)}
      <section class="panel flush" aria-labelledby="readiness-title">
        <div class="toolbar">
          <h2 id="readiness-title">
            Clusters
            <small>${shown}</small>
          </h2>
          <div class="filters">
            <kpf-filter
              label="Filter clusters by text"
              hint="Name, location, env=prod …"
              name="readiness-text"
            ></kpf-filter>
            ${choice('verdict', 'Filter by verdict', [
              ['', 'Any verdict'],
              ...Object.entries(states.readiness).map(([key, shown]) => [key, shown.word]),
            ])}
            ${choice('code', 'Filter by finding', [['', 'Any finding'], ...codes.map((code) => [code, code])])}
            ${choice('ending', 'Filter by support', [
              ['', 'Any support'],
              ['soon', `Ended, or ends within ${FEW_DAYS} days`],
            ])}
            ${ordering(columns)}
          </div>
        </div>
        ${
          found.length === 0
            ? empty('No cluster here.', all.length ? 'No cluster is as asked for.' : 'The inventory has none yet.')
            : html`<kpf-list
                label="Readiness of clusters"
                name="readiness"
                .items=${found}
                .key=${(each) => each.id}
                .columns=${columns}
                .row=${row}
              ></kpf-list>`
        }
      </section>
    `;
  }

  tiles(all) {
    const words = {
      Ready: 'nothing known speaks against it',
      Blocked: 'something has to be changed before',
      Unknown: 'too little is known',
      NothingToDo: 'they have the mode, or no kube-proxy',
    };
    const ending = all.filter(isEnding).length;
    return html`<section class="tiles" aria-label="Clusters by verdict">
      ${Object.entries(states.readiness).map(([verdict, { word }]) =>
        tile(
          word,
          all.filter((each) => each.verdict === verdict).length,
          new URLSearchParams({ verdict }),
          words[verdict],
          `readiness-${verdict}`,
        ),
      )}
      ${tile(
        'Support ends',
        ending,
        new URLSearchParams({ ending: 'soon' }),
        `of their versions within ${FEW_DAYS} days, or has ended`,
        'readiness-ending',
      )}
    </section>`;
  }
}
customElements.define('kpf-readiness', ReadinessPage);

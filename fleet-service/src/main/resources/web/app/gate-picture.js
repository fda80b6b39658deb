/* How a signal's gate came to what it says: what changed and unchanged nodes counted over time, and the evidence. */
import { html, svg, nothing } from 'lit';
import { clock, decimal, form, number } from './parts.js';
import * as states from './states.js';

/** Units of the drawing, which is as wide and high as its frame; what they show is text beside it. */
const WIDTH = 1000;
const RATES = { top: 4, bottom: 116 };
const EVIDENCE = { top: 128, bottom: 160 };
const HEIGHT = 164;
/** Room for a mark at the end. */
const EDGE = 6;
/** Beyond this nobody needs to know by how much it is more. It is drawn by its logarithm. */
const MOST_EVIDENCE = 1e6;
const MINUTE = 60;

/** Evidence as a number for people. */
export const evidenceText = (evidence) =>
  evidence > MOST_EVIDENCE ? `over ${number(MOST_EVIDENCE)}` : number(Math.round(evidence));

const time = (iso) => new Date(iso).getTime();

const rate = (events, nodeSeconds) => (nodeSeconds > 0 ? (MINUTE * events) / nodeSeconds : null);

/** Where nothing else tells how long the first look was. */
const USUAL_LOOK_MS = 10000;

/** Of the picture's width; what was before is an average, and has no moments. */
const BEFORE = 0.2;

/** What was counted between one look and the next, by node and minute; null is unknown. */
function spans({ points, knownSince }, changes) {
  const looks = points.map((point) => ({ ...point, at: time(point.at) }));
  if (looks.length === 0) {
    return [];
  }
  const step = looks.length > 1 ? looks[1].at - looks[0].at : USUAL_LOOK_MS;
  const nothingYet = {
    at: changes.length && changes[0] < looks[0].at ? changes[0] : looks[0].at - step,
    changedEvents: 0,
    changedNodeSeconds: 0,
    unchangedEvents: 0,
    unchangedNodeSeconds: 0,
    expectedEvents: looks[0].expectedEvents == null ? null : 0,
  };
  const from = knownSince ? looks : [nothingYet, ...looks];
  return from.slice(1).map((to, i) => {
    const since = from[i];
    const watched = to.changedNodeSeconds - since.changedNodeSeconds;
    return {
      from: since.at,
      to: to.at,
      changed: rate(to.changedEvents - since.changedEvents, watched),
      unchanged: rate(to.unchangedEvents - since.unchangedEvents, to.unchangedNodeSeconds - since.unchangedNodeSeconds),
      expected:
        to.expectedEvents == null || since.expectedEvents == null
          ? null
          : rate(Math.max(0, to.expectedEvents - since.expectedEvents), watched),
      evidence: to.evidence,
    };
  });
}

/** The average of the time before, drawn up to the change; empty if it is not known, or not where it ended. */
function earlier({ before, knownSince }, start, end) {
  return before && !knownSince
    ? [
        {
          from: start - ((end - start) * BEFORE) / (1 - BEFORE),
          to: start,
          changed: rate(before.changedEvents, before.changedNodeSeconds),
          unchanged: rate(before.unchangedEvents, before.unchangedNodeSeconds),
          expected: null,
          evidence: null,
        },
      ]
    : [];
}

/** A line of steps through what is known; a gap where it is not. */
const steps = (all, field, x, y) =>
  all
    .map((each, i) => {
      const level = each[field];
      if (level == null) {
        return '';
      }
      const goesOn = i > 0 && all[i - 1][field] != null;
      return `${goesOn ? 'V' : `M${x(each.from)} `}${y(level)}H${x(each.to)}`;
    })
    .join('');

const key = (tone, word, value) => html`<li class="key-${tone}">${word} <b>${value}</b></li>`;

const perMinute = (value) => (value == null ? 'unknown' : decimal(value, value < 10 ? 2 : 0));

const marks = (moments, x, name) => moments.map((at) => svg`<path class=${name} d=${`M${x(at)} 0V${HEIGHT}`}></path>`);

/**
 * Empty as long as nothing was compared that can be drawn.
 *
 * @param gate of the rollout's stage, with what it says now
 * @param changes when clusters of the stage were changed
 * @param signal how the gate's figures have developed
 * @param failsFrom evidence from which on it can fail
 */
export const picture = (gate, stage, changes, signal, failsFrom) => {
  const moments = changes.map(time);
  const since = spans(signal, moments);
  if (since.length === 0) {
    return '';
  }
  const judgedAt = gate.judgedAt ? time(gate.judgedAt) : null;
  const begin = since[0].from;
  const end = Math.max(since.at(-1).to, judgedAt ?? 0);
  const all = [...earlier(signal, begin, end), ...since];
  const start = all[0].from;
  const x = (at) => Math.round(((WIDTH - EDGE) * (at - start)) / (end - start));
  const highest = Math.max(...all.flatMap((each) => [each.changed ?? 0, each.unchanged ?? 0, each.expected ?? 0]));
  const scale = ({ top, bottom }, share) => Math.round((bottom - share * (bottom - top)) * 10) / 10;
  const y = (level) => scale(RATES, highest > 0 ? level / highest : 0);
  const e = (evidence) =>
    scale(EVIDENCE, Math.log10(Math.min(MOST_EVIDENCE, Math.max(1, evidence))) / Math.log10(MOST_EVIDENCE));
  const changed = moments.filter((at) => at >= begin && at <= end);
  const last = all.at(-1);
  const shown = gate.verdict ? states.of(states.gate, gate.verdict) : null;
  const words = [
    `Events a node and minute over time in stage ${stage}; in the last look changed nodes ${perMinute(last.changed)}`,
    `unchanged nodes ${perMinute(last.unchanged)}`,
    `expected ${perMinute(last.expected)}`,
    ...(all.length > since.length
      ? [`before, changed nodes ${perMinute(all[0].changed)} and unchanged ${perMinute(all[0].unchanged)}`]
      : []),
    `evidence ${evidenceText(last.evidence)} of ${number(failsFrom)}`,
    ...(changed.length ? [`first change at ${clock(changed[0])}`] : []),
    ...(judgedAt ? [`${gate.verdict} at ${clock(judgedAt)}`] : []),
  ].join(', ');
  return html`<figure class="gate-picture" data-testid="gate-picture" data-gate=${gate.name} data-stage=${stage}>
    <span class="scale">${perMinute(highest)} a node and minute</span>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${words}>
      <path class="axis" d=${`M0 ${RATES.bottom}H${WIDTH}M0 ${EVIDENCE.bottom}H${WIDTH}`}></path>
      <path class="threshold" d=${`M0 ${e(failsFrom)}H${WIDTH}`}></path>
      ${marks(changed, x, 'mark-change')}
      ${judgedAt ? marks([judgedAt], x, `mark-verdict tone-${shown.tone}`) : nothing}
      <path class="line-expected" d=${steps(all, 'expected', x, y)}></path>
      <path class="line-unchanged" d=${steps(all, 'unchanged', x, y)}></path>
      <path class="line-changed" d=${steps(all, 'changed', x, y)}></path>
      <path class="line-evidence" d=${steps(all, 'evidence', x, e)}></path>
    </svg>
    <div class="times" aria-hidden="true">
      ${all.length > since.length ? html`<span class="before">before</span>` : ''}<span>${clock(begin)}</span
      ><span>${clock(end)}</span>
    </div>
    <ul class="keys">
      ${key('changed', 'changed nodes', perMinute(last.changed))}
      ${key('unchanged', 'unchanged', perMinute(last.unchanged))}
      ${key('expected', 'expected of the changed', perMinute(last.expected))}
      ${key('evidence', `evidence, fails from ${number(failsFrom)}`, evidenceText(last.evidence))}
      ${
        changed.length
          ? key('change', form(changed.length, 'changed at', `${changed.length} changes from`), clock(changed[0]))
          : ''
      }
      ${judgedAt ? key(`verdict tone-${shown.tone}`, `${gate.verdict} at`, clock(judgedAt)) : ''}
    </ul>
    ${
      signal.knownSince
        ? html`<p class="sub" data-testid="known-since">
            Known since ${clock(signal.knownSince)}: this replica of the service was not there before.
          </p>`
        : ''
    }
  </figure>`;
};

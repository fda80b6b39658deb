/*
 * What a rollout did when: a line for each stage, with its states one after the other and, on top, when clusters were
 * in flight; and who did something, as marks. All of it is as the controller tells it.
 */
import { html, svg } from 'lit';
import { clock, count, lasting } from './parts.js';
import * as states from './states.js';
import { deeds } from './trail.js';

/** Units of the drawing, which is as wide as its frame; what it shows is text beside it. */
const WIDTH = 1000;
const LINE = 22;
const WORK = 8;
/** A mark is wide enough to be seen, however long the rollout lasts. */
const THIN = 2;
const DEED = 4;

const time = (iso) => new Date(iso).getTime();

/** All states of a stage, each with its begin and end; the one that lasts ends now. */
const phases = (stage, end) => [
  ...stage.timeline.phases,
  ...(stage.state === 'Done' ? [] : [{ state: stage.state, since: stage.since, until: end }]),
];

const worked = (stage, end) => [
  ...stage.timeline.worked,
  ...(stage.timeline.workingSince ? [{ since: stage.timeline.workingSince, until: end }] : []),
];

const seconds = (list) => list.reduce((sum, { since, until }) => sum + (time(until) - time(since)) / 1000, 0);

/** What a stage did, in words. */
const told = (stage, end) => {
  const begun = phases(stage, end).filter((each) => each.state !== 'Waiting');
  if (begun.length === 0) {
    return 'has not begun';
  }
  const work = seconds(worked(stage, end));
  return [
    ...begun.map(
      ({ state: each, since, until }) =>
        `${states.of(states.stage, each).word} from ${clock(since)} for ${lasting((time(until) - time(since)) / 1000)}`,
    ),
    `clusters in flight for ${lasting(work)}, waiting for ${lasting(seconds(begun) - work)}`,
    ...(stage.timeline.whole ? [] : ['what came first is not kept']),
  ].join('; ');
};

const drawing = (stage, x, end) => {
  const part = (name, { since, until }, top, height) => {
    const width = Math.max(THIN, x(until) - x(since));
    return svg`<rect class=${name} x=${x(since)} y=${top} width=${width} height=${height}></rect>`;
  };
  return svg`${phases(stage, end).map((each) =>
    part(`phase tone-${states.of(states.stage, each.state).tone}`, each, 0, LINE),
  )}${worked(stage, end).map((each) => part('work', each, (LINE - WORK) / 2, WORK))}`;
};

const mark = (at) => svg`<rect class="deed" x=${at} y="2" width=${DEED} height=${LINE - 4}></rect>`;

/** Empty for a rollout of which an earlier version has told, and before it is planned. */
export const timeline = (rollout) => {
  const known = rollout.stages.filter((stage) => stage.timeline);
  if (known.length === 0) {
    return '';
  }
  const end = rollout.finishedAt ?? new Date().toISOString();
  const [from, to] = [time(rollout.createdAt), time(end)];
  const x = (iso) => Math.round((WIDTH * Math.max(0, Math.min(to, time(iso)) - from)) / Math.max(1, to - from));
  const people = deeds(rollout).filter(
    (each) => each.verdict === 'Done' && each.actor !== 'controller' && each.at >= rollout.createdAt,
  );
  return html`<section class="panel" aria-labelledby="timeline-title">
    <h2 id="timeline-title">
      Timeline <small>${clock(rollout.createdAt)} to ${rollout.finishedAt ? clock(end) : 'now'}</small>
    </h2>
    <ol class="timeline" data-testid="timeline">
      ${known.map(
        (stage) =>
          html`<li data-stage=${stage.name}>
            <span class="name">${stage.name}</span>
            <svg
              viewBox="0 0 ${WIDTH} ${LINE}"
              preserveAspectRatio="none"
              role="img"
              aria-label="Stage ${stage.name}: ${told(stage, end)}"
            >
              ${drawing(stage, x, end)}
            </svg>
            <span class="sub">${told(stage, end)}</span>
          </li>`,
      )}
      ${
        people.length
          ? html`<li>
              <span class="name">People</span>
              <svg
                viewBox="0 0 ${WIDTH} ${LINE}"
                preserveAspectRatio="none"
                role="img"
                aria-label=${people.map((each) => `${each.actor}: ${each.action} at ${clock(each.at)}`).join('; ')}
              >
                ${people.map((each) => mark(Math.min(WIDTH - DEED, x(each.at))))}
              </svg>
              <span class="sub"
                >what ${count(people.length, 'request')} of people changed; who and why stands below</span
              >
            </li>`
          : ''
      }
    </ol>
    <ul class="heat-legend" aria-label="What the colours mean">
      ${['Waiting', 'AwaitingApproval', 'Updating', 'Baking'].map((each) => {
        const shown = states.stage[each];
        return html`<li>
          <span class="swatch phase-swatch tone-${shown.tone}" aria-hidden="true"></span>${shown.word}
        </li>`;
      })}
      <li><span class="swatch work-swatch" aria-hidden="true"></span>clusters in flight</li>
    </ul>
  </section>`;
};

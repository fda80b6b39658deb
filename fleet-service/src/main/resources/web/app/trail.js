/* Who asked what of a rollout, and what came of it. */
import { html } from 'lit';
import { badge, clock } from './parts.js';
import * as states from './states.js';
import { state } from './store.js';

const ENTRIES = 30;

/** What is on record of the rollout, newest first. */
export const deeds = (rollout) =>
  (state.trails.get(rollout.config) ?? []).filter((each) => each.rollout === rollout.id || !each.rollout);

export const trail = (rollout) => {
  const entries = deeds(rollout).slice(0, ENTRIES);
  return entries.length === 0
    ? ''
    : html`<section class="panel" aria-labelledby="trail">
        <h2 id="trail">Who did what</h2>
        <ol class="trail" data-testid="audit">
          ${entries.map(
            (each) =>
              html`<li>
                <time datetime=${each.at}>${clock(each.at)}</time
                ><span
                  ><b>${each.actor}</b> · ${each.action}
                  ${each.verdict === 'Done' ? '' : badge(states.verdict, each.verdict)}<br />${each.message}${
                    each.reason ? html` <q>${each.reason}</q>` : ''
                  }</span
                >
              </li>`,
          )}
        </ol>
      </section>`;
};

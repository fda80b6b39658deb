/* What the gates of a rollout's stages say: a row a gate, and a button where one stands in the way. */
import { html } from 'lit';
import { evidenceText, picture } from './gate-picture.js';
import { badge, clock, count, decimal, number } from './parts.js';
import * as states from './states.js';

/** In people's words; an external gate's own name says what it is. */
export const words = {
  refusals: 'Refused connections',
  conntrackFailures: 'Conntrack failures',
  syncFailures: 'Failed rule synchronisations',
  slowSyncs: 'Slow rule synchronisations',
  probeFailures: 'Failed probes of cluster DNS',
};

/** Whose word a cluster needs to converge, and on how many of its nodes. */
export const needed = ({ coverage, evidence }) =>
  coverage === 0
    ? "Azure's word"
    : `${decimal(100 * coverage, 0)} % of nodes by ${
        {
          Agents: 'agents',
          Kubernetes: 'the Kubernetes API',
          Either: 'agents or the Kubernetes API',
          Both: 'agents and the Kubernetes API',
        }[evidence] ?? evidence
      }`;

const rate = (events, nodeSeconds) => (nodeSeconds > 0 ? `${decimal(events / nodeSeconds, 3)} /s and node` : 'unknown');

const stops = (gate) => gate.judges && !gate.overruled && ['Fail', 'Inconclusive'].includes(gate.verdict);

const verdict = (gate) =>
  gate.verdict
    ? badge(states.gate, gate.verdict, 'gate-verdict')
    : badge(states.gate, gate.figures ? 'Watched' : 'Awaited', 'gate-verdict');

const side = (name, clusters, nodes, events, nodeSeconds) =>
  html`<div>
    <dt>${name}</dt>
    <dd>
      ${number(events)} in ${count(clusters, 'cluster')}, ${count(nodes, 'node')}
      <span class="sub">${rate(events, nodeSeconds)}</span>
    </dd>
  </div>`;

const figures = (told) =>
  html`<dl class="sides">
    ${side('Changed', told.changedClusters, told.changedNodes, told.changedEvents, told.changedNodeSeconds)}
    ${
      told.unchangedClusters
        ? side(
            'Unchanged',
            told.unchangedClusters,
            told.unchangedNodes,
            told.unchangedEvents,
            told.unchangedNodeSeconds,
          )
        : html`<div>
            <dt>Unchanged</dt>
            <dd>no clusters</dd>
          </div>`
    }
    <div>
      <dt>Expected</dt>
      <dd>
        ${told.expectedEvents == null ? 'unknown' : decimal(told.expectedEvents, 1)}
        <span class="sub">evidence ${evidenceText(told.evidence)}</span>
      </dd>
    </div>
  </dl>`;

/** Empty where nothing is known of how the gate's figures have developed. */
const drawn = (stage, gate, history) => {
  const known = history?.stages.find((each) => each.stage === stage.name);
  const signal = known?.signals.find((each) => each.signal === gate.name);
  return signal ? picture(gate, stage.name, known.changes, signal, history.failsFrom) : '';
};

const row = (stage, gate, history, override) =>
  html`<tr data-testid="gate" data-stage=${stage.name} data-gate=${gate.name} data-state=${gate.verdict ?? ''}>
    <th scope="row">${words[gate.name] ?? gate.name}<span class="sub">stage ${stage.name}</span></th>
    <td data-label="Verdict">${verdict(gate)}${gate.judges ? '' : html`<span class="sub">observed only</span>`}</td>
    <td data-label="Reason" class="reason">
      ${drawn(stage, gate, history)}
      <p class="sentence">${gate.message}${gate.code ? html` <code>${gate.code}</code>` : ''}</p>
      ${
        gate.overruled
          ? html`<span class="sub" data-testid="overruled"
              >overruled by <b>${gate.overruled.actor}</b> at
              ${clock(gate.overruled.at)}${gate.overruled.reason ? html`: <q>${gate.overruled.reason}</q>` : ''}</span
            >`
          : ''
      }
    </td>
    <td data-label="Figures" class="figures">${gate.figures ? figures(gate.figures) : '–'}</td>
    <td class="row-actions">
      ${
        override && stops(gate)
          ? html`<button
              class="button small"
              data-testid="gate-override"
              aria-label="Override ${gate.name}"
              @click=${() => override(gate.name)}
            >
              Override
            </button>`
          : ''
      }
    </td>
  </tr>`;

/**
 * Empty while no gate of the rollout has anything to say.
 *
 * @param history how the figures of its gates have developed; null as long as that is not read
 * @param override called with the name of a gate that a person wants to overrule; null where that cannot be asked now.
 *   Only the stage under way has gates that can be overruled.
 */
export const gates = (rollout, history, override) => {
  const watched = rollout.stages.filter((stage) => stage.gates?.length);
  return watched.length === 0
    ? ''
    : html`<section class="panel flush" aria-labelledby="gates">
        <div class="toolbar"><h2 id="gates">Gates</h2></div>
        <table class="cards" data-testid="gates">
          <thead>
            <tr>
              <th>Gate</th>
              <th>Verdict</th>
              <th>What it says</th>
              <th>Events since the change</th>
              <th><span class="hidden">Actions</span></th>
            </tr>
          </thead>
          <tbody>
            ${watched.map((stage) =>
              stage.gates.map((gate) =>
                row(stage, gate, history, ['Updating', 'Baking'].includes(stage.state) && override),
              ),
            )}
          </tbody>
        </table>
      </section>`;
};

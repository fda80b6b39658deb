/* Publishing a configuration: the few fields that most need, and the document that is sent, in full view. */
import { html } from 'lit';
import { Part, count, form, rolloutHref } from './parts.js';
import { planView } from './plan.js';
import { refused } from './actions.js';
import { actor, get, plan, publish, rememberActor, state } from './store.js';

const NAME = '[a-z0-9]([a-z0-9\\-]{0,61}[a-z0-9])?';

const words = (text) => text.split(/[\s,]+/).filter(Boolean);

class PublishPage extends Part {
  static properties = {
    draft: { state: true },
    plan: { state: true },
    result: { state: true },
    sending: { state: true },
    strategies: { state: true },
  };

  constructor() {
    super();
    this.draft = {
      name: '',
      mode: 'IPVS',
      scheduler: 'LeastConnection',
      tcpTimeoutSeconds: '900',
      tcpFinTimeoutSeconds: '120',
      udpTimeoutSeconds: '300',
      tags: '',
      names: '',
      strategy: '',
      bake: '10',
      onFailure: 'Pause',
      drift: 'Report',
      reason: '',
      actor: actor(),
    };
    this.strategies = [];
  }

  connectedCallback() {
    super.connectedCallback();
    get('/strategies').then(
      (strategies) => (this.strategies = strategies.map((each) => each.metadata.name)),
      // Without the list the form still publishes with stages of its own.
      () => (this.strategies = []),
    );
  }

  /** What the form says, as the FleetConfig to send. Unset fields are left out, so that the service's defaults hold. */
  config() {
    const draft = this.draft;
    const kubeProxy = { enabled: true, mode: draft.mode };
    if (draft.mode === 'IPVS') {
      kubeProxy.ipvsConfig = { scheduler: draft.scheduler };
      for (const field of ['tcpTimeoutSeconds', 'tcpFinTimeoutSeconds', 'udpTimeoutSeconds']) {
        if (draft[field] !== '') {
          kubeProxy.ipvsConfig[field] = Number(draft[field]);
        }
      }
    }
    const labels = Object.fromEntries(
      words(draft.tags).map((each) => {
        const at = each.indexOf('=');
        return at < 0 ? [each, ''] : [each.slice(0, at), each.slice(at + 1)];
      }),
    );
    const selector = {};
    if (Object.keys(labels).length) {
      selector.tags = { matchLabels: labels };
    }
    if (words(draft.names).length) {
      selector.names = words(draft.names);
    }
    const bake = `PT${Number(draft.bake) || 0}M`;
    return {
      apiVersion: 'kubeproxyfleet.dev/v1',
      kind: 'FleetConfig',
      metadata: { name: draft.name.trim() },
      spec: {
        kubeProxy,
        selector,
        ...(draft.strategy
          ? { strategyRef: draft.strategy }
          : {
              strategy: {
                stages: [
                  { name: 'canary', size: 1, bake },
                  { name: 'early', size: '10%', maxConcurrent: 5, bake },
                  { name: 'half', size: '50%', maxConcurrent: '25%', bake },
                  { name: 'rest', maxConcurrent: '25%' },
                ],
                onFailure: draft.onFailure,
              },
            }),
        drift: draft.drift,
      },
    };
  }

  /** How many clusters of the inventory the selector would match now. */
  matching() {
    const { selector } = this.config().spec;
    const globs = (selector.names ?? []).map(
      (each) =>
        new RegExp(
          `^${each
            .replace(/[.+^${}()|[\]\\]/g, '\\$&')
            .replaceAll('*', '.*')
            .replaceAll('?', '.')}$`,
        ),
    );
    const labels = Object.entries(selector.tags?.matchLabels ?? {});
    return [...state.clusters.values()].filter(
      (cluster) =>
        (globs.length === 0 || globs.some((glob) => glob.test(cluster.name))) &&
        labels.every(([key, value]) => cluster.tags[key] === value),
    ).length;
  }

  set(field) {
    return (event) => {
      this.draft = { ...this.draft, [field]: event.target.value };
      this.result = null;
      this.plan = null;
    };
  }

  render() {
    const draft = this.draft;
    const ipvs = draft.mode === 'IPVS';
    const selects = draft.tags.trim() || draft.names.trim();
    const matches = this.matching();
    const seconds = (name, label) =>
      html`<label
        >${label}
        <span class="unit"
          ><input
            type="number"
            min="1"
            max="2147483647"
            name=${name}
            .value=${draft[name]}
            @input=${this.set(name)}
            placeholder="kernel default"
            data-testid="publish-${name}"
          />seconds</span
        ></label
      >`;
    return html`
      <div class="head"><h1>Publish a configuration</h1></div>
      <form class="publish" @submit=${this.send} data-testid="publish-form">
        <div class="panel">
          <fieldset>
            <legend>kube-proxy</legend>
            <label
              >Name
              <input
                name="name"
                required
                pattern=${NAME}
                maxlength="63"
                .value=${draft.name}
                @input=${this.set('name')}
                placeholder="prod-ipvs"
                autocomplete="off"
                data-testid="publish-name"
                title="lower-case letters, digits and '-'"
            /></label>
            <label
              >Mode
              <select name="mode" @change=${this.set('mode')} data-testid="publish-mode">
                ${['IPTABLES', 'IPVS', 'NFTABLES'].map(
                  (each) => html`<option ?selected=${each === draft.mode}>${each}</option>`,
                )}
              </select></label
            >
            ${
              ipvs
                ? html`<label
                      >Scheduler
                      <select name="scheduler" @change=${this.set('scheduler')} data-testid="publish-scheduler">
                        ${['LeastConnection', 'RoundRobin'].map(
                          (each) => html`<option ?selected=${each === draft.scheduler}>${each}</option>`,
                        )}
                      </select></label
                    >
                    ${seconds('tcpTimeoutSeconds', 'Idle TCP session ends after')}
                    ${seconds('tcpFinTimeoutSeconds', 'TCP session after FIN ends after')}
                    ${seconds('udpTimeoutSeconds', 'Idle UDP flow ends after')}`
                : ''
            }
          </fieldset>
        </div>
        <div class="panel">
          <fieldset>
            <legend>Clusters</legend>
            <label
              >With tags
              <input
                name="tags"
                .value=${draft.tags}
                @input=${this.set('tags')}
                placeholder="env=prod tier=gold"
                autocomplete="off"
                data-testid="publish-tags"
            /></label>
            <label
              >With names
              <input
                name="names"
                .value=${draft.names}
                @input=${this.set('names')}
                placeholder="prod-* or *"
                autocomplete="off"
                data-testid="publish-names"
            /></label>
            <p class="hint" role="status" data-testid="publish-matches">
              ${
                selects
                  ? html`<b>${matches}</b> of ${count(state.clusters.size, 'cluster')}
                      ${form(matches, 'matches', 'match')} now.`
                  : 'Name a tag or a name; * selects every cluster, on purpose.'
              }
            </p>
          </fieldset>
          <fieldset>
            <legend>Rollout</legend>
            ${
              this.strategies.length
                ? html`<label
                    >Strategy
                    <select name="strategy" @change=${this.set('strategy')} data-testid="publish-strategy">
                      <option value="">in four stages</option>
                      ${this.strategies.map(
                        (each) => html`<option ?selected=${each === draft.strategy}>${each}</option>`,
                      )}
                    </select></label
                  >`
                : ''
            }
            ${
              draft.strategy
                ? html`<p class="hint">
                    As the stored strategy ${draft.strategy} says; the rollout keeps a copy of it.
                  </p>`
                : html`<p class="hint">A canary of one, then a tenth, half, and the rest.</p>
                    <label
                      >Between stages rest for
                      <span class="unit"
                        ><input
                          type="number"
                          min="0"
                          max="10080"
                          name="bake"
                          .value=${draft.bake}
                          @input=${this.set('bake')}
                          data-testid="publish-bake"
                        />minutes</span
                      ></label
                    >
                    ${this.choice('onFailure', 'At the first failure', {
                      Pause: 'pause and wait for a person',
                      Rollback: 'roll back what was changed',
                      Continue: 'go on',
                    })}`
            }
            ${this.choice('drift', 'When someone else changes a cluster', {
              Report: 'report it',
              Correct: 'report it and bring it back',
            })}
            <label
              >Why
              <input
                name="reason"
                maxlength="1000"
                .value=${draft.reason}
                @input=${this.set('reason')}
                autocomplete="off"
                placeholder="optional, kept in the audit trail"
                data-testid="publish-reason"
            /></label>
            ${
              state.caller?.login
                ? ''
                : html`<label
                    >Your name
                    <input
                      name="actor"
                      maxlength="128"
                      .value=${draft.actor}
                      @input=${this.set('actor')}
                      autocomplete="username"
                      placeholder="anonymous"
                      data-testid="publish-actor"
                  /></label>`
            }
          </fieldset>
        </div>
        <div class="panel wide">
          ${this.plan ? planView(this.plan) : ''} ${this.outcome()}
          <div class="actions">
            <button
              type="button"
              class="button"
              ?disabled=${this.sending || !selects || !draft.name.trim()}
              @click=${this.preview}
              data-testid="publish-plan"
            >
              Show the plan
            </button>
            <button
              class="button primary"
              ?disabled=${this.sending || !selects || refused('publish')}
              data-testid="publish-submit"
            >
              ${this.sending ? 'One moment …' : 'Publish'}
            </button>
          </div>
          ${this.refusal()}
          <details>
            <summary>What is sent</summary>
            <pre><code>${JSON.stringify(this.config(), null, 2)}</code></pre>
          </details>
        </div>
      </form>
    `;
  }

  choice(name, label, options) {
    return html`<label
      >${label}
      <select name=${name} @change=${this.set(name)} data-testid="publish-${name}">
        ${Object.entries(options).map(
          ([value, text]) => html`<option value=${value} ?selected=${value === this.draft[name]}>${text}</option>`,
        )}
      </select></label
    >`;
  }

  async preview() {
    this.result = null;
    this.sending = true;
    try {
      this.plan = await plan(this.config());
    } catch (failure) {
      this.plan = null;
      this.result = { failure };
    }
    this.sending = false;
  }

  /** Why the caller may publish nothing. */
  refusal() {
    const objection = refused('publish');
    return objection ? html`<p class="hint" data-testid="publish-refused">${objection.message}.</p>` : '';
  }

  outcome() {
    const result = this.result;
    if (!result) {
      return '';
    }
    if (result.failure) {
      return html`<div class="notice tone-bad" role="alert" data-testid="publish-error">
        <span>${result.failure.message}</span>${result.failure.path ? html` <code>${result.failure.path}</code>` : ''}
      </div>`;
    }
    const { answered, audit } = result;
    const target = audit?.rollout ?? result.name;
    return html`<div class="notice tone-ok" role="status" data-testid="publish-done">
      <span>${answered ? audit.message : 'Published. The controller has not answered yet.'}</span>
      <a href=${rolloutHref(target)}>Follow ${target}</a>
    </div>`;
  }

  async send(event) {
    event.preventDefault();
    rememberActor(this.draft.actor.trim());
    this.sending = true;
    try {
      const config = this.config();
      this.result = { name: config.metadata.name, ...(await publish(config, this.draft.reason.trim())) };
      this.plan = null;
    } catch (failure) {
      this.result = { failure };
    }
    this.sending = false;
  }
}
customElements.define('kpf-publish', PublishPage);

/* The frame around every page: navigation by hash, the connection's state, and which page is shown. */
import { html } from 'lit';
import { path } from './address.js';
import { keys } from './keys.js';
import { Part, moment } from './parts.js';
import { connect, state } from './store.js';
import './page-fleet.js';
import './page-map.js';
import './page-rollouts.js';
import './page-rollout.js';
import './page-cluster.js';
import './page-publish.js';
import './page-agents.js';
import './page-readiness.js';

const TITLE = 'Kubeproxy Fleet';
/** Without scrolling for so long, the place is remembered. */
const SETTLED_MS = 150;

const routes = [
  [
    /^#\/rollouts\/([^/]+)$/,
    ([id]) => ({
      nav: 'rollouts',
      title: decodeURIComponent(id),
      page: html`<kpf-rollout .rollout=${decodeURIComponent(id)}></kpf-rollout>`,
    }),
  ],
  [/^#\/rollouts$/, () => ({ nav: 'rollouts', title: 'Rollouts', page: html`<kpf-rollouts></kpf-rollouts>` })],
  [
    /^#\/clusters\/([^/]+)\/([^/]+)\/([^/]+)$/,
    (path) => ({ nav: 'fleet', title: path[2], page: html`<kpf-cluster .path=${path.join('/')}></kpf-cluster>` }),
  ],
  [/^#\/map$/, () => ({ nav: 'map', title: 'Map', page: html`<kpf-map></kpf-map>` })],
  [/^#\/agents$/, () => ({ nav: 'agents', title: 'Agents', page: html`<kpf-agents></kpf-agents>` })],
  [/^#\/readiness$/, () => ({ nav: 'readiness', title: 'Readiness', page: html`<kpf-readiness></kpf-readiness>` })],
  [/^#\/publish$/, () => ({ nav: 'publish', title: 'Publish', page: html`<kpf-publish></kpf-publish>` })],
  [/^(#\/?)?$/, () => ({ nav: 'fleet', title: 'Fleet', page: html`<kpf-fleet></kpf-fleet>` })],
];

function route() {
  for (const [pattern, show] of routes) {
    const match = pattern.exec(path());
    if (match) {
      return show(match.slice(1));
    }
  }
  return {
    nav: '',
    title: 'Not found',
    page: html`<div class="empty" data-testid="not-found">
      <h1>There is no such page.</h1>
      <p><a href="#/">Go to the fleet</a></p>
    </div>`,
  };
}

const words = { connecting: 'Connecting', live: 'Live', lost: 'Disconnected' };

class App extends Part {
  connectedCallback() {
    super.connectedCallback();
    // The browser would scroll before the page that it goes back to is drawn.
    history.scrollRestoration = 'manual';
    this.onHash = () => this.arrive();
    this.onScroll = () => {
      clearTimeout(this.settled);
      this.settled = setTimeout(() => history.replaceState({ y: window.scrollY }, ''), SETTLED_MS);
    };
    window.addEventListener('hashchange', this.onHash);
    window.addEventListener('scroll', this.onScroll, { passive: true });
    connect();
  }

  disconnectedCallback() {
    window.removeEventListener('hashchange', this.onHash);
    window.removeEventListener('scroll', this.onScroll);
    super.disconnectedCallback();
  }

  /** Back and forward lead to where one was; a link leads to the top. */
  async arrive() {
    clearTimeout(this.settled);
    const y = history.state?.y ?? 0;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('main').focus({ preventScroll: true });
    // A page draws its list in the frame after its own.
    requestAnimationFrame(() => window.scrollTo(0, y));
  }

  render() {
    const { nav, title, page } = route();
    document.title = title === 'Fleet' ? TITLE : `${title} · ${TITLE}`;
    const link = (key, href, text) =>
      html`<a href=${href} aria-current=${key === nav ? 'page' : 'false'} data-testid="nav-${key}">${text}</a>`;
    return html`
      <header class="top">
        <a class="brand" href="#/" aria-label="Kubeproxy Fleet, overview"
          ><img src="/icon.svg" alt="" width="26" height="26" /><span>Kubeproxy Fleet</span></a
        >
        <nav aria-label="Pages">
          ${link('fleet', '#/', 'Fleet')} ${link('map', '#/map', 'Map')} ${link('rollouts', '#/rollouts', 'Rollouts')}
          ${link('agents', '#/agents', 'Agents')} ${link('readiness', '#/readiness', 'Readiness')}
          ${link('publish', '#/publish', 'Publish')}
        </nav>
        <span
          class="connection is-${state.connection}"
          role="status"
          data-testid="connection"
          data-state=${state.connection}
          ><span class="dot" aria-hidden="true"></span>${words[state.connection]}</span
        >
        ${
          state.caller?.login
            ? html`<span class="caller" data-testid="caller"
                >${state.caller.name} <a href="/logout" data-testid="logout">Log out</a></span
              >`
            : ''
        }
      </header>
      ${
        state.connection === 'lost' && state.loaded
          ? html`<div class="lost" role="alert" data-testid="disconnected">
              <strong
                >${
                  state.refused
                    ? 'The fleet service has no live connection to give; too many are open.'
                    : 'Disconnected from the fleet service.'
                }</strong
              >
              What you see is from ${moment(state.lostAt)}; trying again.
            </div>`
          : ''
      }
      ${
        state.connection !== 'lost' && state.staleSince
          ? html`<div class="lost" role="alert" data-testid="stale">
              <strong>The fleet service does not reach Kafka.</strong> What you see is as of
              ${moment(state.staleSince)}.
            </div>`
          : ''
      }
      <main tabindex="-1">${page}</main>
      ${keys()}
    `;
  }
}
customElements.define('kpf-app', App);

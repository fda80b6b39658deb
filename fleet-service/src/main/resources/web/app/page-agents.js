/* The agents of the fleet: which run where, where they are missing, and which speak for a cluster not their own. */
import { html } from 'lit';
import { AnswerPage, clusterHref, empty, failure, loading, number } from './parts.js';
import { finding } from './kubernetes.js';
import { state } from './store.js';

const versions = (nodesByVersion) =>
  Object.entries(nodesByVersion)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([version, nodes]) => html`<span class="line">${version} <span class="quiet">on ${number(nodes)}</span></span>`,
    );

const names = (title, nodes) =>
  nodes?.length
    ? html`<details>
        <summary>${title}</summary>
        ${nodes.map((node) => html`<span class="line">${node}</span>`)}
      </details>`
    : '';

class AgentsPage extends AnswerPage {
  static properties = { only: { state: true } };
  static path = '/agents';
  static refresh = 5000;

  render() {
    if (!this.answer) {
      return this.error ? failure(this.error.message) : loading('the agents');
    }
    const { clusters, findings } = this.answer;
    const found = clusters.filter((each) => !this.only || each.findings.length > 0);
    return html`
      <div class="head"><h1>Agents</h1></div>
      ${findings.map((each) => html`<div class="notice tone-warn" data-testid="agents-finding">${finding(each)}</div>`)}
      <section class="panel flush" aria-labelledby="agents-title">
        <div class="toolbar">
          <h2 id="agents-title">Clusters <small>${number(found.length)}</small></h2>
          <div class="filters">
            <select
              aria-label="Filter by what is wrong"
              @change=${(event) => (this.only = event.target.value)}
              data-testid="agents-only"
            >
              <option value="" ?selected=${!this.only}>All clusters</option>
              <option value="wrong" ?selected=${this.only}>Where something is wrong</option>
            </select>
          </div>
        </div>
        ${
          found.length === 0
            ? empty('No cluster here.', this.only ? 'Nothing is wrong with the agents.' : 'The inventory has none yet.')
            : html`<table class="cards" data-testid="agents">
                <thead>
                  <tr>
                    <th>Cluster</th>
                    <th>Reporting</th>
                    <th>Versions</th>
                    <th>What is wrong</th>
                  </tr>
                </thead>
                <tbody>
                  ${found.map((each) => this.row(each))}
                </tbody>
              </table>`
        }
      </section>
    `;
  }

  row(each) {
    return html`<tr data-testid="agents-row" data-cluster=${each.name}>
      <th scope="row">
        ${
          state.clusters.has(each.id)
            ? html`<a href=${clusterHref(each.id)}>${each.name}</a>`
            : html`${each.name}<span class="sub">${each.id}</span>`
        }
      </th>
      <td data-label="Reporting">
        <span class=${each.nodesReporting < each.nodes ? 'attention' : ''}
          >${number(each.nodesReporting)} of ${each.nodes == null ? 'unknown' : number(each.nodes)}</span
        >${each.countedBy ? html`<span class="sub">counted by ${each.countedBy}</span>` : ''}
        <span class="sub" data-testid="agents-proven">${number(each.nodesProven)} proven</span>
      </td>
      <td data-label="Versions">${Object.keys(each.versions).length ? versions(each.versions) : '–'}</td>
      <td data-label="What is wrong" class="reason">
        ${each.findings.length ? each.findings.map((one) => finding(one)) : 'nothing'}
        ${names('Nodes without an agent', each.nodesReporting ? each.silentNodes : null)}
        ${names('Nodes that are not its own', each.foreignNodes)}
      </td>
    </tr>`;
  }
}
customElements.define('kpf-agents', AgentsPage);

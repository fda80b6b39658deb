/* What narrows a list: fields whose values are parameters of the address. */
import { LitElement, html } from 'lit';
import { amend, href, onAddress, path, query } from './address.js';

/** A pause in typing of so long makes one change of what is shown. */
const PAUSE_MS = 120;

class Filter extends LitElement {
  static properties = { label: {}, hint: {}, name: {} };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.off = onAddress(() => this.requestUpdate());
  }

  disconnectedCallback() {
    this.off();
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  render() {
    return html`<input
      type="search"
      placeholder=${this.hint}
      aria-label=${this.label}
      aria-keyshortcuts="/"
      .value=${this.timer ? this.typed : (query().get('q') ?? '')}
      @input=${(event) => this.type(event.target.value)}
      data-filter
      data-testid=${this.name}
    />`;
  }

  type(text) {
    this.typed = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      amend({ q: this.typed }, true);
    }, PAUSE_MS);
  }
}
customElements.define('kpf-filter', Filter);

/** A choice of one value. @param options [[value, word]]; @param now what is chosen, if not by the address */
export const choice = (parameter, label, options, { now = query().get(parameter) ?? '' } = {}) => {
  // A value that nothing has any more is still what the address says.
  const known = options.some(([value]) => value === now) ? options : [...options, [now, now]];
  return html`<select
    aria-label=${label}
    @change=${(event) => amend({ [parameter]: event.target.value })}
    data-testid="filter-${parameter}"
  >
    ${known.map(([value, word]) => html`<option value=${value} .selected=${value === now}>${word}</option>`)}
  </select>`;
};

/** What else narrows the list and has no field: each with a way to take it back. @param titles {parameter: title} */
export const chips = (titles) => {
  const now = query();
  return Object.entries(titles)
    .filter(([parameter]) => now.has(parameter))
    .map(([parameter, title]) => {
      const without = new URLSearchParams(now);
      without.delete(parameter);
      return html`<a
        class="chip"
        href=${href(path() || '#/', without)}
        aria-label="Remove the filter ${title} ${now.get(parameter)}"
        data-testid="chip"
        >${title}: <b>${now.get(parameter)}</b> <span aria-hidden="true">×</span></a
      >`;
    });
};

/** The order, for screens without room for a header. @param columns as of the list */
export const ordering = (columns, parameter = 'sort') => {
  const options = columns
    .filter((each) => each.sort)
    .flatMap(({ title, sort, most }) =>
      most
        ? [
            [`-${sort}`, `${title}, highest first`],
            [sort, `${title}, lowest first`],
          ]
        : [
            [sort, title],
            [`-${sort}`, `${title}, backwards`],
          ],
    );
  return html`<span class="narrow-only">${choice(parameter, 'Order', [['', 'Usual order'], ...options])}</span>`;
};

/** Where one is in the list that led here, and its neighbours. @param list of hrefs; @param at -1 if it is not in it */
export const neighbours = (list, at, noun) =>
  at < 0 || list.length < 2
    ? ''
    : html`<nav class="neighbours" aria-label="Neighbours in the list" data-testid="neighbours">
        ${
          at > 0 ? html`<a class="button small" rel="prev" href=${list[at - 1]} aria-keyshortcuts="p">Previous</a>` : ''
        }
        <span class="quiet">${noun} ${(at + 1).toLocaleString('en')} of ${list.length.toLocaleString('en')}</span>
        ${
          at < list.length - 1
            ? html`<a class="button small" rel="next" href=${list[at + 1]} aria-keyshortcuts="n">Next</a>`
            : ''
        }
      </nav>`;

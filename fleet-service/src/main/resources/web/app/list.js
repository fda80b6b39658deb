/*
 * A table of any length: only the rows on the screen and some around them are in the page. Every row has a link in its
 * header cell; the keys j and k go from link to link.
 */
import { LitElement, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Virtualizer, observeWindowOffset, observeWindowRect, windowScroll } from '@tanstack/virtual-core';
import { amend, query } from './address.js';

/** A list that is no longer is in the page as a whole, so that the browser's own search finds all of it. */
const WHOLE = 100;
/** Rows beside those on the screen. */
const AROUND = 10;
/** Pixels of a row that was not drawn yet. */
const USUAL = { table: 57, cards: 190 };
const narrow = matchMedia('(max-width: 720px)');

class List extends LitElement {
  static properties = {
    /** What there is, one row each; each has an id that `key` tells. */
    items: {},
    key: {},
    /** The `tr` of an item: (item, index) → template, with `data-index` and `aria-rowindex`. */
    row: {},
    /**
     * [{ title, sort, num, most, wide, hidden }]: `sort` is the word of the address, `num` a column of numbers, `most`
     * one whose highest are asked for first, `wide` its share of the width, `hidden` a title that is only read out.
     */
    columns: {},
    label: {},
    name: {},
    /** The parameter of the address that holds the order. */
    parameter: {},
    /** The order without one in the address; that of the first column if it is not given. */
    usual: {},
  };

  constructor() {
    super();
    this.parameter = 'sort';
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.virtual = new Virtualizer(this.options(0));
    // It would scroll back to where one was if one leaves while rows are measured.
    this.virtual.shouldAdjustScrollPositionOnItemSizeChange = () => false;
    this.unmount = this.virtual._didMount();
    this.replaced = () => this.virtual.measure();
    narrow.addEventListener('change', this.replaced);
  }

  disconnectedCallback() {
    narrow.removeEventListener('change', this.replaced);
    this.unmount();
    super.disconnectedCallback();
  }

  options(scrollMargin) {
    const count = this.items?.length ?? 0;
    return {
      count,
      scrollMargin,
      getScrollElement: () => window,
      getItemKey: (index) => this.key(this.items[index]),
      estimateSize: () => (narrow.matches ? USUAL.cards : USUAL.table),
      overscan: count <= WHOLE ? count : AROUND,
      // The bars that stay on the screen hide what is behind them.
      scrollPaddingStart: 110,
      scrollPaddingEnd: 20,
      observeElementRect: observeWindowRect,
      observeElementOffset: observeWindowOffset,
      scrollToFn: windowScroll,
      initialOffset: () => window.scrollY,
      onChange: () => this.requestUpdate(),
    };
  }

  willUpdate() {
    this.virtual.setOptions(this.options(this.virtual.options.scrollMargin));
  }

  updated() {
    this.virtual._willUpdate();
    const body = this.querySelector('tbody');
    if (!this.virtual.isScrolling) {
      const top = Math.round(body.getBoundingClientRect().top + window.scrollY);
      if (top !== this.virtual.options.scrollMargin) {
        this.virtual.setOptions(this.options(top));
        this.requestUpdate();
      }
    }
    // By the object model: the page's policy forbids style in markup.
    const [above, below] = this.querySelectorAll('.gap td');
    above.style.height = `${this.above}px`;
    below.style.height = `${this.below}px`;
    for (const row of body.querySelectorAll('[data-index]')) {
      this.virtual.measureElement(row);
    }
  }

  render() {
    const shown = this.virtual.getVirtualItems().filter(({ index }) => index < this.items.length);
    const margin = this.virtual.options.scrollMargin;
    this.above = shown.length ? shown[0].start - margin : 0;
    this.below = shown.length ? this.virtual.getTotalSize() - (shown.at(-1).end - margin) : 0;
    return html`<table
      class="cards long"
      aria-label=${this.label}
      aria-rowcount=${this.items.length + 1}
      data-testid=${this.name}
    >
      <thead>
        <tr aria-rowindex="1">
          ${this.columns.map((column) => this.header(column))}
        </tr>
      </thead>
      <tbody>
        <tr class="gap" aria-hidden="true">
          <td></td>
        </tr>
        ${repeat(
          shown,
          ({ key }) => key,
          ({ index }) => this.row(this.items[index], index),
        )}
        <tr class="gap" aria-hidden="true">
          <td></td>
        </tr>
      </tbody>
    </table>`;
  }

  header({ title, sort, num, most, wide, hidden }) {
    const classes = `${num ? 'num' : ''} ${wide ? `wide-${wide}` : ''}`;
    if (!sort) {
      return html`<th class=${classes} scope="col">${hidden ? html`<span class="hidden">${title}</span>` : title}</th>`;
    }
    const now = query().get(this.parameter) ?? this.usual ?? this.columns[0].sort;
    const [up, down] = [now === sort, now === `-${sort}`];
    const next = most ? (down ? sort : `-${sort}`) : up ? `-${sort}` : sort;
    return html`<th class=${classes} scope="col" aria-sort=${up ? 'ascending' : down ? 'descending' : 'none'}>
      <button class="sort" @click=${() => amend({ [this.parameter]: next })} data-testid="sort-${sort}">
        ${title}<span aria-hidden="true">${up ? '↑' : down ? '↓' : ''}</span>
      </button>
    </th>`;
  }

  /** Goes to the link of the row so many rows on, or of the first one on the screen. */
  async move(by) {
    const current = document.activeElement.closest?.('[data-index]');
    const from = current && this.contains(current) ? Number(current.dataset.index) : this.at;
    const to = from === undefined ? this.first() : from + by;
    if (to < 0 || to >= this.items.length) {
      return;
    }
    this.at = to;
    this.virtual.scrollToIndex(to, { align: 'auto' });
    // Two frames: the browser scrolls in the first, and what came on the screen is drawn in the second.
    for (let frame = 0; frame < 2; frame++) {
      await new Promise(requestAnimationFrame);
      await this.updateComplete;
    }
    this.querySelector(`[data-index="${to}"] th a`)?.focus({ preventScroll: true });
  }

  first() {
    const top = window.scrollY + this.virtual.options.scrollPaddingStart;
    return this.virtual.getVirtualItems().find((each) => each.start >= top)?.index ?? 0;
  }
}
customElements.define('kpf-list', List);

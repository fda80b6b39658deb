/* The keys of the dashboard. None works while one types, or with Ctrl, Alt or Meta, which are the browser's. */
import { html } from 'lit';

/** What each key does, in words; `?` shows them. */
const words = [
  ['/', 'go to the filter'],
  ['j, k', 'next and previous row of a list'],
  ['Enter', 'open the row'],
  ['n, p', 'next and previous page of the list that led here'],
  ['?', 'show these keys; Esc closes them'],
];

const actions = {
  '/': () => document.querySelector('[data-filter]')?.focus(),
  j: () => document.querySelector('kpf-list')?.move(1),
  k: () => document.querySelector('kpf-list')?.move(-1),
  n: () => document.querySelector('a[rel=next]')?.click(),
  p: () => document.querySelector('a[rel=prev]')?.click(),
  '?': () => document.querySelector('#keys').showModal(),
};

const isTyping = (target) => target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);

window.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')) {
    return;
  }
  if (isTyping(event.target)) {
    if (event.key === 'Escape') {
      event.target.blur();
    }
    return;
  }
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

export const keys = () =>
  html`<dialog id="keys" aria-labelledby="keys-title" data-testid="keys">
    <form method="dialog">
      <h2 id="keys-title">Keys</h2>
      <dl class="keys-list">
        ${words.map(
          ([key, what]) =>
            html`<div>
              <dt><kbd>${key}</kbd></dt>
              <dd>${what}</dd>
            </div>`,
        )}
      </dl>
      <div class="actions"><button class="button primary">Close</button></div>
    </form>
  </dialog>`;

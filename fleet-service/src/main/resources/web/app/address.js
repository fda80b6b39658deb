/*
 * The address after the #: a page's path and, after a ?, what narrows and orders its list. So a list can be shared, and
 * the browser's back button leads to it.
 */

const listeners = new Set();
const tell = () => {
  for (const listener of listeners) {
    listener();
  }
};
window.addEventListener('hashchange', tell);

/** Answers the function that ends it. */
export function onAddress(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const path = () => location.hash.split('?')[0];
export const query = () => new URLSearchParams(location.hash.split('?')[1] ?? '');

export const href = (where, parameters) => {
  const text = parameters.toString();
  return text ? `${where}?${text}` : where;
};

/**
 * Changes some parameters of the address; an empty value takes one away.
 *
 * @param replace whether back leads to before, and not to what is shown now; for what is typed
 */
export function amend(changes, replace = false) {
  const next = query();
  for (const [name, value] of Object.entries(changes)) {
    if (value) {
      next.set(name, value);
    } else {
      next.delete(name);
    }
  }
  const address = href(path() || '#/', next);
  if (address === location.hash) {
    return;
  }
  history[replace ? 'replaceState' : 'pushState'](history.state, '', address);
  tell();
}

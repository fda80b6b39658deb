/*
 * What may be asked of a rollout, in words. The service says with each rollout and cluster what is possible now, and
 * what the caller is permitted to ask.
 */
import { state } from './store.js';

/**
 * By name, in the order of the buttons. tone: how the button looks; consequence: what the dialog says before it asks;
 * onlyOfOne: it is asked about one cluster or gate, never about the rollout as a whole; needsReason: a reason must be
 * given.
 */
export const questions = {
  approve: { title: 'Approve', tone: 'primary', consequence: 'The stage that awaits approval goes on.' },
  reject: {
    title: 'Reject',
    tone: 'danger',
    consequence:
      'The rollout ends at the stage that awaits approval. Clusters that changed already keep their new configuration.',
  },
  promote: {
    title: 'Promote',
    tone: 'primary',
    consequence: 'The bake of the stage ends now, and the next one may start.',
  },
  resume: {
    title: 'Resume',
    tone: 'primary',
    consequence: 'The rollout goes on where it was paused. Failures so far are accepted.',
  },
  retry: { title: 'Retry', tone: 'primary', consequence: 'Clusters that failed or were skipped are tried again.' },
  rerun: {
    title: 'Rerun',
    tone: '',
    consequence: 'The unchanged configuration is rolled out once more, as a new rollout.',
  },
  pause: {
    title: 'Pause',
    tone: '',
    consequence: 'No further cluster starts or gets back what it had. What is changing now ends and is recorded.',
  },
  rollback: {
    title: 'Roll back',
    tone: 'danger',
    consequence: 'Every cluster that this rollout changed gets back what it had before, the newest change first.',
  },
  abort: {
    title: 'Abort',
    tone: 'danger',
    consequence: 'The rollout ends for good. Clusters that changed already keep their new configuration.',
  },
  override: {
    title: 'Override',
    tone: 'danger',
    onlyOfOne: true,
    needsReason: true,
    consequence:
      'The gate stops nothing in the stage under way any more. A rollout that it has paused is resumed apart.',
  },
  skip: { title: 'Skip', tone: '', onlyOfOne: true, consequence: 'The rollout goes on without this cluster.' },
};

/** What the service says of the rollout as a whole, in the order of the buttons: name, and objection if any. */
function said(rollout) {
  const known = new Map((rollout.actions ?? []).map((each) => [each.action.toLowerCase(), each]));
  return Object.keys(questions)
    .filter((name) => known.has(name))
    .map((name) => ({ name, objection: refused(name) ?? known.get(name).objection }));
}

/** Why the caller may not ask it of anything, as an objection; null if it may. */
export function refused(name) {
  const review = state.permissions.get(name);
  return review && !review.allowed ? { code: 'NotPermitted', message: review.message } : null;
}

const allowed = (rollout) =>
  said(rollout)
    .filter(({ objection }) => !objection)
    .map(({ name }) => name);

/** Names of what can be asked of the rollout as a whole. */
export const possible = (rollout) => allowed(rollout).filter((name) => !questions[name].onlyOfOne);

/** What cannot be asked now: name, and objection with its code and message. */
export const impossible = (rollout) => said(rollout).filter(({ objection }) => objection);

/** Whether a gate of the stage under way can be overruled. */
export const mayOverride = (rollout) => allowed(rollout).includes('override');

/** Names of what can be asked about one cluster of the rollout. Where the service does not say, only asking tells. */
export function possibleOf(rollout, status) {
  const ofOne = (status.actions ?? ['Retry', 'Skip']).map((action) => action.toLowerCase());
  return allowed(rollout).filter((name) => ofOne.includes(name));
}

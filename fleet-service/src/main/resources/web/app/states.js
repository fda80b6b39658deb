/* How every state looks: a tone (colour), an icon and a word; never colour alone. */

const shapes = {
  check: 'M4 8.5l2.8 2.8L12 5.5',
  cross: 'M5 5l6 6M11 5l-6 6',
  clock: 'M8 4.6V8l2.3 1.6M8 2.5a5.5 5.5 0 100 11 5.5 5.5 0 000-11z',
  spin: 'M13 8a5 5 0 11-1.6-3.7M13 2.6v2.6h-2.6',
  eye: 'M2 8s2.2-4 6-4 6 4 6 4-2.2 4-6 4-6-4-6-4zM8 9.6a1.6 1.6 0 100-3.2 1.6 1.6 0 000 3.2z',
  pause: 'M6 4.5v7M10 4.5v7',
  skip: 'M4 4.5l5 3.5-5 3.5zM11.5 4.5v7',
  hand: 'M8 3v5M8 12.2v.1',
  flame:
    'M8 13.5a4 4 0 004-4c0-3-3-4-3-7-2 1-2.6 3-2.4 4.4C5.6 6.500 5 5.800 5 5.800 4.300 6.800 4 8 4 9.500a4 4 0 004 4z',
  next: 'M6 4l4 4-4 4',
  stop: 'M5 5h6v6H5z',
  back: 'M6.500 4L3 7.500 6.500 11M3.500 7.500h5.500a3.500 3.500 0 010 5H7',
  drift: 'M3 10c1.6-3 3.400-3 5 0s3.400 3 5 0M3 6c1.600-3 3.400-3 5 0s3.400 3 5 0',
};

const look = (tone, icon, word) => ({ tone, icon: shapes[icon], word, spins: icon === 'spin' });

export const cluster = {
  Waiting: look('wait', 'clock', 'Waiting'),
  Updating: look('run', 'spin', 'Updating'),
  Verifying: look('verify', 'eye', 'Verifying'),
  Converged: look('ok', 'check', 'Converged'),
  Failed: look('bad', 'cross', 'Failed'),
  Skipped: look('skip', 'skip', 'Skipped'),
  RolledBack: look('warn', 'back', 'Rolled back'),
};

export const rollout = {
  Planned: look('wait', 'clock', 'Planned'),
  Running: look('run', 'spin', 'Running'),
  Paused: look('warn', 'pause', 'Paused'),
  RollingBack: look('warn', 'spin', 'Rolling back'),
  Succeeded: look('ok', 'check', 'Succeeded'),
  Failed: look('bad', 'cross', 'Failed'),
  Aborted: look('bad', 'stop', 'Aborted'),
  Superseded: look('skip', 'next', 'Superseded'),
  RolledBack: look('bad', 'back', 'Rolled back'),
};

/** Why there is a rollout, where a person did not simply publish. */
export const cause = {
  Rerun: 'rerun',
  Retry: 'retry of what had not converged',
  CatchUp: 'catching up',
  DriftCorrection: 'drift correction',
};

export const stage = {
  Waiting: look('wait', 'clock', 'Waiting'),
  AwaitingApproval: look('warn', 'hand', 'Awaiting approval'),
  Updating: look('run', 'spin', 'Updating'),
  Baking: look('verify', 'flame', 'Baking'),
  Done: look('ok', 'check', 'Done'),
};

export const gate = {
  Pass: look('ok', 'check', 'Pass'),
  Fail: look('bad', 'cross', 'Fail'),
  Inconclusive: look('warn', 'hand', 'Inconclusive'),
  Watched: look('verify', 'eye', 'Watched'),
  Awaited: look('wait', 'clock', 'Awaited'),
};

export const verdict = {
  Done: look('ok', 'check', 'Done'),
  Unchanged: look('skip', 'next', 'Unchanged'),
  Refused: look('bad', 'cross', 'Refused'),
};

export const readiness = {
  Ready: look('ok', 'check', 'Ready'),
  Blocked: look('bad', 'cross', 'Blocked'),
  Unknown: look('warn', 'hand', 'Unknown'),
  NothingToDo: look('skip', 'skip', 'Nothing to do'),
};

export const drift = {
  Drifted: look('warn', 'drift', 'Azure differs'),
  NodesDrifted: look('warn', 'drift', 'Nodes differ'),
  DriftFight: look('bad', 'drift', 'Fought over'),
};

/** A state of a newer service than this page still shows, as its bare word. */
export const of = (kind, state) => kind[state] ?? look('wait', 'clock', state);

/** The order in which states fill a progress bar, with the field of the counts that holds each. */
export const progress = [
  ['Converged', 'converged'],
  ['Skipped', 'skipped'],
  ['Failed', 'failed'],
  ['RolledBack', 'rolledBack'],
  ['Verifying', 'verifying'],
  ['Updating', 'updating'],
  ['Waiting', 'waiting'],
];

/* What may be asked of a rollout, when, and with which consequence. */

/** Codes of skipped clusters that the rollout takes up again by itself, unless they are skipped for good. */
const caughtLater = ['ClusterStopped', 'ClusterNotReady', 'ClusterBusy'];

const ended = ['Succeeded', 'Failed', 'Aborted', 'Superseded', 'RolledBack'];

/** tone: how the button looks; consequence: what the dialog says before anything is asked. */
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
  skip: { title: 'Skip', tone: '', consequence: 'The rollout goes on without this cluster.' },
};

export const isEnded = (rollout) => ended.includes(rollout.state);

/** Whether it gives clusters back what they had, or will once it is resumed. */
export const goesBack = (rollout) =>
  rollout.state === 'RollingBack' || (rollout.state === 'Paused' && rollout.code === 'RollbackPaused');

/** Names of what may be asked of the rollout as a whole, if it can be steered: it is under way, or the latest. */
export function ofRollout(rollout, counts, steerable) {
  if (!steerable) {
    return [];
  }
  const has = (state) => rollout.stages.some((stage) => stage.state === state);
  const toRetry = counts.failed + counts.skipped > 0;
  const changed = counts.converged + counts.failed + counts.updating + counts.verifying > 0;
  const may = (condition, ...actions) => (condition ? actions : []);
  switch (rollout.state) {
    case 'Planned':
    case 'RollingBack':
      return ['pause', 'abort'];
    case 'Running':
    case 'Paused':
      return goesBack(rollout)
        ? ['resume', 'abort']
        : [
            ...may(has('AwaitingApproval'), 'approve', 'reject'),
            ...may(has('Baking'), 'promote'),
            ...may(rollout.state === 'Paused', 'resume'),
            ...may(toRetry, 'retry'),
            ...may(rollout.state === 'Running', 'pause'),
            ...may(changed, 'rollback'),
            'abort',
          ];
    case 'Failed':
    case 'Aborted':
    case 'Succeeded':
      return rollout.released
        ? []
        : [...may(toRetry || rollout.state === 'Failed', 'retry'), 'rerun', ...may(changed, 'rollback')];
    case 'RolledBack':
      return rollout.released ? [] : ['rerun'];
    default:
      return [];
  }
}

/** Names of what may be asked about one cluster of the rollout. */
export function ofCluster(rollout, status, steerable) {
  if (!steerable || rollout.released) {
    return [];
  }
  const goesOn = rollout.state === 'Running' || (rollout.state === 'Paused' && !goesBack(rollout));
  const again = goesOn || ['Failed', 'Aborted', 'Succeeded'].includes(rollout.state);
  return [
    ...(again && (status.state === 'Failed' || status.state === 'Skipped') ? ['retry'] : []),
    ...(goesOn &&
    (['Waiting', 'Verifying', 'Failed'].includes(status.state) ||
      (status.state === 'Skipped' && caughtLater.includes(status.code)))
      ? ['skip']
      : []),
  ];
}

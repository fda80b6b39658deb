/* Which members lists are asked for: thousands of rows are read, so each member counts. */

/** What a row of the list, the filter and the map show of a cluster; its own page reads all of it. */
export const CLUSTER_FIELDS = [
  'id',
  'name',
  'subscription',
  'resourceGroup',
  'location',
  'tags',
  'kubernetesVersion',
  'provisioningState',
  'powerState',
  'nodeCount',
  'windowsNodeCount',
  'mode',
  'scheduler',
  'effective',
  'health.nodesReporting',
  'health.differing',
  'health.activeConnections',
  'health.imbalance',
  'kubernetes',
  'rollout.id',
  'rollout.state',
  'rollout.message',
  'drift',
].join(',');
/** The same of a rollout. */
export const ROLLOUT_FIELDS =
  'id,config,generation,cause,state,message,createdAt,finishedAt,actor,spec.kubeProxy,spec.agents,stages';

// The right to see kube-proxy through the Kubernetes APIs of a subscription's clusters, for the identity of the fleet service.
// az deployment sub create --location <region> --template-file role.bicep --parameters principalId=<object id of the identity>
// At a management group: set targetScope to 'managementGroup', and deploy by 'az deployment mg create'.
targetScope = 'subscription'

@description('Object id of the fleet service\'s identity.')
param principalId string

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'kubeproxy-fleet-kubernetes-evidence')
  properties: {
    roleName: 'Kubeproxy Fleet Kubernetes Evidence'
    description: 'Sees how kube-proxy was rolled out in AKS clusters. Changes nothing.'
    type: 'CustomRole'
    assignableScopes: [
      subscription().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.ContainerService/managedClusters/read'
          'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action'
        ]
        notActions: []
        dataActions: [
          'Microsoft.ContainerService/managedClusters/apps/controllerrevisions/read'
          'Microsoft.ContainerService/managedClusters/apps/daemonsets/read'
          'Microsoft.ContainerService/managedClusters/events/read'
          'Microsoft.ContainerService/managedClusters/nodes/read'
          'Microsoft.ContainerService/managedClusters/pods/read'
        ]
        notDataActions: []
      }
    ]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, role.id, principalId)
  properties: {
    roleDefinitionId: role.id
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}

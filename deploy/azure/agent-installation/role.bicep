// The right to install agents through the Kubernetes APIs of a subscription's clusters, for the identity of the fleet service.
// az deployment sub create --location <region> --template-file role.bicep --parameters principalId=<object id of the identity>
// At a management group: set targetScope to 'managementGroup', and deploy by 'az deployment mg create'.
targetScope = 'subscription'

@description('Object id of the fleet service\'s identity.')
param principalId string

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'kubeproxy-fleet-agent-installation')
  properties: {
    roleName: 'Kubeproxy Fleet Agent Installation'
    description: 'Installs, changes and removes the node agents of AKS clusters through their Kubernetes APIs.'
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
          'Microsoft.ContainerService/managedClusters/apps/daemonsets/delete'
          'Microsoft.ContainerService/managedClusters/apps/daemonsets/read'
          'Microsoft.ContainerService/managedClusters/apps/daemonsets/write'
          'Microsoft.ContainerService/managedClusters/configmaps/delete'
          'Microsoft.ContainerService/managedClusters/configmaps/read'
          'Microsoft.ContainerService/managedClusters/configmaps/write'
          'Microsoft.ContainerService/managedClusters/namespaces/read'
          'Microsoft.ContainerService/managedClusters/namespaces/write'
          'Microsoft.ContainerService/managedClusters/pods/read'
          'Microsoft.ContainerService/managedClusters/serviceaccounts/delete'
          'Microsoft.ContainerService/managedClusters/serviceaccounts/read'
          'Microsoft.ContainerService/managedClusters/serviceaccounts/write'
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

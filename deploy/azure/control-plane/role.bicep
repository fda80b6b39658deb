// The right to list the clusters of a subscription and to change their kube-proxy configuration, for the identity of the fleet service.
// az deployment sub create --location <region> --template-file role.bicep --parameters principalId=<object id of the identity>
// At a management group: set targetScope to 'managementGroup', and deploy by 'az deployment mg create'.
targetScope = 'subscription'

@description('Object id of the fleet service\'s identity.')
param principalId string

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'kubeproxy-fleet-control-plane')
  properties: {
    roleName: 'Kubeproxy Fleet Control Plane'
    description: 'Lists AKS clusters, and changes their kube-proxy configuration.'
    type: 'CustomRole'
    assignableScopes: [
      subscription().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.Authorization/locks/read'
          'Microsoft.Authorization/permissions/read'
          'Microsoft.ContainerService/locations/operations/read'
          'Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read'
          'Microsoft.ContainerService/managedClusters/read'
          'Microsoft.ContainerService/managedClusters/write'
          'Microsoft.Features/providers/features/read'
          'Microsoft.Resources/subscriptions/providers/read'
        ]
        notActions: []
        dataActions: []
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

// The right to register the preview feature of kube-proxy configuration in a subscription, for the identity of the fleet service.
// az deployment sub create --location <region> --template-file role.bicep --parameters principalId=<object id of the identity>
// At a management group: set targetScope to 'managementGroup', and deploy by 'az deployment mg create'.
targetScope = 'subscription'

@description('Object id of the fleet service\'s identity.')
param principalId string

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, 'kubeproxy-fleet-feature-registration')
  properties: {
    roleName: 'Kubeproxy Fleet Feature Registration'
    description: 'Registers the preview feature of kube-proxy configuration.'
    type: 'CustomRole'
    assignableScopes: [
      subscription().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.ContainerService/register/action'
          'Microsoft.Features/providers/features/register/action'
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

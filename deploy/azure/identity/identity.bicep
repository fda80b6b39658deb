// The identity of the fleet service, which its pods sign in as, by their ServiceAccount (workload identity).
// az deployment group create -g <group> --template-file identity.bicep --parameters issuer=$(az aks show -g <group> -n <cluster> \
//   --query oidcIssuerProfile.issuerUrl -o tsv)
// The roles are given to principalId; the chart takes clientId.
@description('OIDC issuer of the cluster that the service runs in.')
param issuer string

@description('Namespace and name of the service\'s ServiceAccount, as the chart and Kustomize make it.')
param serviceAccount string = 'kubeproxy-fleet:kubeproxy-fleet'

param location string = resourceGroup().location

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'kubeproxy-fleet'
  location: location

  resource trust 'federatedIdentityCredentials' = {
    name: 'kubeproxy-fleet'
    properties: {
      issuer: issuer
      subject: 'system:serviceaccount:${serviceAccount}'
      audiences: [
        'api://AzureADTokenExchange'
      ]
    }
  }
}

output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId

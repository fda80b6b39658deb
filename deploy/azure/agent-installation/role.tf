# The right to install agents through the Kubernetes APIs of the clusters below a scope, for the identity of the fleet service.

variable "scope" {
  description = "A subscription (/subscriptions/<id>) or a management group (/providers/Microsoft.Management/managementGroups/<name>)."
  type        = string
}

variable "principal_id" {
  description = "Object id of the fleet service's identity."
  type        = string
}

resource "azurerm_role_definition" "agent_installation" {
  name              = "Kubeproxy Fleet Agent Installation"
  description       = "Installs, changes and removes the node agents of AKS clusters through their Kubernetes APIs."
  scope             = var.scope
  assignable_scopes = [var.scope]

  permissions {
    actions = [
      "Microsoft.ContainerService/managedClusters/read",
      "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
    ]
    data_actions = [
      "Microsoft.ContainerService/managedClusters/apps/daemonsets/delete",
      "Microsoft.ContainerService/managedClusters/apps/daemonsets/read",
      "Microsoft.ContainerService/managedClusters/apps/daemonsets/write",
      "Microsoft.ContainerService/managedClusters/configmaps/delete",
      "Microsoft.ContainerService/managedClusters/configmaps/read",
      "Microsoft.ContainerService/managedClusters/configmaps/write",
      "Microsoft.ContainerService/managedClusters/namespaces/read",
      "Microsoft.ContainerService/managedClusters/namespaces/write",
      "Microsoft.ContainerService/managedClusters/pods/read",
      "Microsoft.ContainerService/managedClusters/serviceaccounts/delete",
      "Microsoft.ContainerService/managedClusters/serviceaccounts/read",
      "Microsoft.ContainerService/managedClusters/serviceaccounts/write",
    ]
  }
}

resource "azurerm_role_assignment" "agent_installation" {
  scope              = var.scope
  role_definition_id = azurerm_role_definition.agent_installation.role_definition_resource_id
  principal_id       = var.principal_id
}

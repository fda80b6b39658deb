# The right to see kube-proxy through the Kubernetes APIs of the clusters below a scope, for the identity of the fleet service.

variable "scope" {
  description = "A subscription (/subscriptions/<id>) or a management group (/providers/Microsoft.Management/managementGroups/<name>)."
  type        = string
}

variable "principal_id" {
  description = "Object id of the fleet service's identity."
  type        = string
}

resource "azurerm_role_definition" "kubernetes_evidence" {
  name              = "Kubeproxy Fleet Kubernetes Evidence"
  description       = "Sees how kube-proxy was rolled out in AKS clusters. Changes nothing."
  scope             = var.scope
  assignable_scopes = [var.scope]

  permissions {
    actions = [
      "Microsoft.ContainerService/managedClusters/read",
      "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
    ]
    data_actions = [
      "Microsoft.ContainerService/managedClusters/apps/controllerrevisions/read",
      "Microsoft.ContainerService/managedClusters/apps/daemonsets/read",
      "Microsoft.ContainerService/managedClusters/events/read",
      "Microsoft.ContainerService/managedClusters/nodes/read",
      "Microsoft.ContainerService/managedClusters/pods/read",
    ]
  }
}

resource "azurerm_role_assignment" "kubernetes_evidence" {
  scope              = var.scope
  role_definition_id = azurerm_role_definition.kubernetes_evidence.role_definition_resource_id
  principal_id       = var.principal_id
}

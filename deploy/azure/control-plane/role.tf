# The right to list the clusters below a scope and to change their kube-proxy configuration, for the identity of the fleet service.

variable "scope" {
  description = "A subscription (/subscriptions/<id>) or a management group (/providers/Microsoft.Management/managementGroups/<name>)."
  type        = string
}

variable "principal_id" {
  description = "Object id of the fleet service's identity."
  type        = string
}

resource "azurerm_role_definition" "control_plane" {
  name              = "Kubeproxy Fleet Control Plane"
  description       = "Lists AKS clusters, and changes their kube-proxy configuration."
  scope             = var.scope
  assignable_scopes = [var.scope]

  permissions {
    actions = [
      "Microsoft.Authorization/locks/read",
      "Microsoft.Authorization/permissions/read",
      "Microsoft.ContainerService/locations/operations/read",
      "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read",
      "Microsoft.ContainerService/managedClusters/read",
      "Microsoft.ContainerService/managedClusters/write",
      "Microsoft.Features/providers/features/read",
      "Microsoft.Resources/subscriptions/providers/read",
    ]
  }
}

resource "azurerm_role_assignment" "control_plane" {
  scope              = var.scope
  role_definition_id = azurerm_role_definition.control_plane.role_definition_resource_id
  principal_id       = var.principal_id
}

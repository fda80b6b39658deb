# The right to register the preview feature of kube-proxy configuration below a scope, for the identity of the fleet service.

variable "scope" {
  description = "A subscription (/subscriptions/<id>) or a management group (/providers/Microsoft.Management/managementGroups/<name>)."
  type        = string
}

variable "principal_id" {
  description = "Object id of the fleet service's identity."
  type        = string
}

resource "azurerm_role_definition" "feature_registration" {
  name              = "Kubeproxy Fleet Feature Registration"
  description       = "Registers the preview feature of kube-proxy configuration."
  scope             = var.scope
  assignable_scopes = [var.scope]

  permissions {
    actions = [
      "Microsoft.ContainerService/register/action",
      "Microsoft.Features/providers/features/register/action",
    ]
  }
}

resource "azurerm_role_assignment" "feature_registration" {
  scope              = var.scope
  role_definition_id = azurerm_role_definition.feature_registration.role_definition_resource_id
  principal_id       = var.principal_id
}

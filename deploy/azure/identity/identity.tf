# The identity of the fleet service, which its pods sign in as, by their ServiceAccount (workload identity). The roles are given to
# principal_id; the chart takes client_id.

variable "resource_group_name" {
  type = string
}

variable "location" {
  type = string
}

variable "issuer" {
  description = "OIDC issuer of the cluster that the service runs in (oidc_issuer_url)."
  type        = string
}

variable "service_account" {
  description = "Namespace and name of the service's ServiceAccount, as the chart and Kustomize make it."
  type        = string
  default     = "kubeproxy-fleet:kubeproxy-fleet"
}

resource "azurerm_user_assigned_identity" "fleet" {
  name                = "kubeproxy-fleet"
  resource_group_name = var.resource_group_name
  location            = var.location
}

resource "azurerm_federated_identity_credential" "fleet" {
  name                = "kubeproxy-fleet"
  resource_group_name = var.resource_group_name
  parent_id           = azurerm_user_assigned_identity.fleet.id
  issuer              = var.issuer
  subject             = "system:serviceaccount:${var.service_account}"
  audience            = ["api://AzureADTokenExchange"]
}

output "client_id" {
  value = azurerm_user_assigned_identity.fleet.client_id
}

output "principal_id" {
  value = azurerm_user_assigned_identity.fleet.principal_id
}

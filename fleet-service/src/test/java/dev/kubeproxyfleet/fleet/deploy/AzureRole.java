package dev.kubeproxyfleet.fleet.deploy;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The roles that the service's identity can be given, and the files of {@code deploy/azure} that define them. */
public enum AzureRole {
    CONTROL_PLANE(
            "control-plane",
            "Kubeproxy Fleet Control Plane",
            "Lists AKS clusters, and changes their kube-proxy configuration.",
            "The right to list the clusters of a subscription and to change their kube-proxy configuration",
            "The right to list the clusters below a scope and to change their kube-proxy configuration",
            List.of(
                    "Microsoft.Authorization/locks/read",
                    "Microsoft.Authorization/permissions/read",
                    "Microsoft.ContainerService/locations/operations/read",
                    "Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read",
                    "Microsoft.ContainerService/managedClusters/read",
                    "Microsoft.ContainerService/managedClusters/write",
                    "Microsoft.Features/providers/features/read",
                    "Microsoft.Resources/subscriptions/providers/read"),
            List.of()),
    FEATURE_REGISTRATION(
            "feature-registration",
            "Kubeproxy Fleet Feature Registration",
            "Registers the preview feature of kube-proxy configuration.",
            "The right to register the preview feature of kube-proxy configuration in a subscription",
            "The right to register the preview feature of kube-proxy configuration below a scope",
            List.of(
                    "Microsoft.ContainerService/register/action",
                    "Microsoft.Features/providers/features/register/action"),
            List.of()),
    KUBERNETES_EVIDENCE(
            "kubernetes-evidence",
            "Kubeproxy Fleet Kubernetes Evidence",
            "Sees how kube-proxy was rolled out in AKS clusters. Changes nothing.",
            "The right to see kube-proxy through the Kubernetes APIs of a subscription's clusters",
            "The right to see kube-proxy through the Kubernetes APIs of the clusters below a scope",
            List.of(
                    "Microsoft.ContainerService/managedClusters/read",
                    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"),
            List.of(
                    "Microsoft.ContainerService/managedClusters/apps/controllerrevisions/read",
                    "Microsoft.ContainerService/managedClusters/apps/daemonsets/read",
                    "Microsoft.ContainerService/managedClusters/events/read",
                    "Microsoft.ContainerService/managedClusters/nodes/read",
                    "Microsoft.ContainerService/managedClusters/pods/read")),
    AGENT_INSTALLATION(
            "agent-installation",
            "Kubeproxy Fleet Agent Installation",
            "Installs, changes and removes the node agents of AKS clusters through their Kubernetes APIs.",
            "The right to install agents through the Kubernetes APIs of a subscription's clusters",
            "The right to install agents through the Kubernetes APIs of the clusters below a scope",
            List.of(
                    "Microsoft.ContainerService/managedClusters/read",
                    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action"),
            List.of(
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
                    "Microsoft.ContainerService/managedClusters/serviceaccounts/write"));

    private static final String ANY_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";

    private final String folder;
    private final String title;
    private final String description;
    private final String ofSubscription;
    private final String belowScope;
    private final List<String> actions;
    private final List<String> dataActions;

    AzureRole(
            String folder,
            String title,
            String description,
            String ofSubscription,
            String belowScope,
            List<String> actions,
            List<String> dataActions) {
        this.folder = folder;
        this.title = title;
        this.description = description;
        this.ofSubscription = ofSubscription;
        this.belowScope = belowScope;
        this.actions = actions;
        this.dataActions = dataActions;
    }

    /** What it lets its holder do in Azure Resource Manager. */
    public List<String> actions() {
        return actions;
    }

    /** Contents by name of the file in {@code deploy/azure}. */
    Map<String, String> files() {
        return Map.of(
                folder + "/role.bicep", bicep(),
                folder + "/role.tf", terraform(),
                folder + "/role.json", json());
    }

    private String bicep() {
        return """
                // %s, for the identity of the fleet service.
                // az deployment sub create --location <region> --template-file role.bicep --parameters principalId=<object id of the identity>
                // At a management group: set targetScope to 'managementGroup', and deploy by 'az deployment mg create'.
                targetScope = 'subscription'

                @description('Object id of the fleet service\\'s identity.')
                param principalId string

                resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
                  name: guid(subscription().id, 'kubeproxy-fleet-%s')
                  properties: {
                    roleName: '%s'
                    description: '%s'
                    type: 'CustomRole'
                    assignableScopes: [
                      subscription().id
                    ]
                    permissions: [
                      {
                        actions: [
                %s        ]
                        notActions: []
                        dataActions: %s
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
                """.formatted(
                        ofSubscription,
                        folder,
                        title,
                        description,
                        lines(actions, "          '%s'\n"),
                        dataActions.isEmpty() ? "[]" : "[\n" + lines(dataActions, "          '%s'\n") + "        ]");
    }

    private String terraform() {
        String name = folder.replace('-', '_');
        return """
                # %s, for the identity of the fleet service.

                variable "scope" {
                  description = "A subscription (/subscriptions/<id>) or a management group (/providers/Microsoft.Management/managementGroups/<name>)."
                  type        = string
                }

                variable "principal_id" {
                  description = "Object id of the fleet service's identity."
                  type        = string
                }

                resource "azurerm_role_definition" "%s" {
                  name              = "%s"
                  description       = "%s"
                  scope             = var.scope
                  assignable_scopes = [var.scope]

                  permissions {
                    actions = [
                %s    ]
                %s  }
                }

                resource "azurerm_role_assignment" "%s" {
                  scope              = var.scope
                  role_definition_id = azurerm_role_definition.%s.role_definition_resource_id
                  principal_id       = var.principal_id
                }
                """.formatted(
                        belowScope,
                        name,
                        title,
                        description,
                        lines(actions, "      \"%s\",\n"),
                        dataActions.isEmpty()
                                ? ""
                                : "    data_actions = [\n" + lines(dataActions, "      \"%s\",\n") + "    ]\n",
                        name,
                        name);
    }

    /** As {@code az role definition create} takes it. */
    private String json() {
        return """
                {
                  "Name": "%s",
                  "IsCustom": true,
                  "Description": "%s",
                  "Actions": %s,
                  "NotActions": [],
                  "DataActions": %s,
                  "NotDataActions": [],
                  "AssignableScopes": [
                    "%s"
                  ]
                }
                """.formatted(title, description, jsonList(actions), jsonList(dataActions), ANY_SUBSCRIPTION);
    }

    private static String jsonList(List<String> texts) {
        return texts.isEmpty()
                ? "[]"
                : texts.stream().map(text -> "    \"" + text + "\"").collect(Collectors.joining(",\n", "[\n", "\n  ]"));
    }

    private static String lines(List<String> texts, String line) {
        return texts.stream().map(line::formatted).collect(Collectors.joining());
    }
}

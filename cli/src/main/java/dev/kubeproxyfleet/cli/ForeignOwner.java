package dev.kubeproxyfleet.cli;

/** Code of others that owns clusters, and how it leaves {@code networkProfile.kubeProxyConfig} to us. */
enum ForeignOwner {
    /**
     * Sources: docs of the providers azapi 2.12.0 ({@code azapi_resource}, {@code ignore_body_changes}) and azurerm (pull requests 19567
     * and 20063 added and took back {@code kube_proxy}).
     */
    terraform("""
            # networkProfile.kubeProxyConfig is changed by Kubeproxy Fleet.
            #
            # azapi_resource, by azapi 2.12 or later and Terraform 1.11 or later: add what follows to the cluster's resource. With each update
            # azapi then reads what Azure has at this path, and sends that. The body must name the path, with what a new cluster gets, and
            # the api-version in 'type' must be a preview that knows it.
            resource "azapi_resource" "cluster" {
              body = {
                properties = {
                  networkProfile = {
                    kubeProxyConfig = { enabled = true }
                  }
                }
              }
              ignore_body_changes = ["properties.networkProfile.kubeProxyConfig"]
            }

            # lifecycle.ignore_changes of earlier versions hides the difference, but an update sends only those members that the body names.
            #
            # azurerm_kubernetes_cluster has no argument for kubeProxyConfig: there is nothing to ignore, and its plans never show a difference.
            # Whether Azure keeps the property when azurerm updates the cluster is documented nowhere: try it with one cluster first.
            """),

    /** Sources: Microsoft's pages "Azure Resource Manager deployment modes" and Bicep's release 0.38 ({@code onlyIfNotExists}). */
    bicep("""
            // networkProfile.kubeProxyConfig is changed by Kubeproxy Fleet.
            //
            // Bicep cannot ignore one property. A deployment sends the whole cluster, and what the file leaves out is reset to its default: that
            // is what Microsoft says of all resources. With Bicep 0.38 or later the decorator below deploys the cluster only where there is
            // none; add it to the resource that you have. Then this file changes nothing else of that cluster either.
            @onlyIfNotExists()
            resource cluster 'Microsoft.ContainerService/managedClusters@<your api-version>' = {
              // what you have, without networkProfile.kubeProxyConfig
            }

            // Where the file must go on changing the cluster, leave the property out, expect each deployment to reset it, and publish with
            // 'drift: Correct': a rollout brings it back.
            """);

    private final String block;

    ForeignOwner(String block) {
        this.block = block;
    }

    /** To be copied beside the cluster's own code. */
    String block() {
        return block;
    }
}

package dev.kubeproxyfleet.simulator.arm;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What Azure Resource Manager says of addresses with nothing behind them. */
final class Nowhere {

    private Nowhere() {}

    static ArmError noGroup(Call call) {
        return new ArmError(404, "ResourceGroupNotFound", "Resource group '" + call.group() + "' could not be found.");
    }

    static ArmError noCluster(Call call) {
        return new ArmError(
                404,
                "ResourceNotFound",
                "The Resource 'Microsoft.ContainerService/managedClusters/" + call.name("cluster")
                        + "' under resource group '" + call.group() + "' was not found. For more details please go to"
                        + " https://aka.ms/ARMResourceNotFoundFix");
    }

    static ArmError noParent(Call call) {
        return new ArmError(
                404,
                "ParentResourceNotFound",
                "Can not perform requested operation on nested resource. Parent resource '" + call.name("cluster")
                        + "' not found.");
    }

    static ArmResponse wrongMethod(Call call, Set<String> allowed) {
        return ArmResponse.of(new ArmError(
                        405,
                        "MethodNotAllowed",
                        "The HTTP method '" + call.request.method() + "' is not supported on the resource '"
                                + call.request.path() + "'."))
                .with("Allow", String.join(", ", allowed));
    }

    static ArmResponse nothing(Call call) {
        List<String> parts = Forms.pathParts(call.request.path());
        int provider = parts.stream().map(String::toLowerCase).toList().lastIndexOf("providers");
        if (provider < 0 || provider + 1 >= parts.size()) {
            return ArmResponse.of(new ArmError(
                    404, "HttpResourceNotFound", "The request url '" + call.request.path() + "' is not found."));
        }
        String asked = parts.get(provider + 1);
        Optional<String> namespace =
                namespaces().stream().filter(asked::equalsIgnoreCase).findFirst();
        return ArmResponse.of(namespace
                .map(known -> new ArmError(
                        404,
                        "InvalidResourceType",
                        "The resource type '" + type(parts.subList(provider + 2, parts.size()))
                                + "' could not be found in the namespace '" + known + "' for api version '"
                                + call.apiVersion() + "'."))
                .orElseGet(() -> new ArmError(
                        404, "InvalidResourceNamespace", "The resource namespace '" + asked + "' is invalid.")));
    }

    /** Of alternating types and names. */
    private static String type(List<String> parts) {
        StringBuilder type = new StringBuilder();
        for (int i = 0; i < parts.size(); i += 2) {
            type.append(i == 0 ? "" : "/").append(parts.get(i));
        }
        return type.toString();
    }

    /** Resource providers that the simulator has something of. */
    static List<String> namespaces() {
        return Arrays.stream(Api.values())
                .map(api -> api.namespace)
                .filter(namespace -> !namespace.isEmpty())
                .distinct()
                .toList();
    }
}

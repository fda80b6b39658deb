package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.util.List;

/**
 * How the simulated Azure behaves.
 *
 * @param port of the HTTPS listener on loopback; 0 for any free one
 * @param pageSize clusters of one LIST answer
 * @param medianOperation median duration of a PUT before the fleet's speed divides it
 * @param operationSpread standard deviation of the logarithm of that duration; 0 makes all equal
 * @param featureRegistration how long a feature is Registering, before the fleet's speed divides it
 * @param apiVersions that Microsoft.ContainerService knows
 */
public record ArmOptions(
        int port,
        int pageSize,
        Duration medianOperation,
        double operationSpread,
        Duration featureRegistration,
        List<String> apiVersions) {

    /** 138 s is what a recorded kube-proxy change of a cluster of three nodes took. */
    public static final ArmOptions DEFAULTS =
            new ArmOptions(0, 50, Duration.ofSeconds(138), 0.35, Duration.ofMinutes(5), ApiVersions.CONTAINER_SERVICE);

    public ArmOptions {
        if (port < 0 || port > 65_535 || pageSize < 1 || operationSpread < 0 || medianOperation.isNegative()) {
            throw new IllegalArgumentException("port " + port + ", page size " + pageSize + ", operation "
                    + medianOperation + " ± " + operationSpread + ": out of range");
        }
        apiVersions = List.copyOf(apiVersions);
    }

    public ArmOptions withPort(int newPort) {
        return new ArmOptions(newPort, pageSize, medianOperation, operationSpread, featureRegistration, apiVersions);
    }

    public ArmOptions withPageSize(int newPageSize) {
        return new ArmOptions(port, newPageSize, medianOperation, operationSpread, featureRegistration, apiVersions);
    }

    public ArmOptions withOperations(Duration median, double spread) {
        return new ArmOptions(port, pageSize, median, spread, featureRegistration, apiVersions);
    }

    public ArmOptions withApiVersions(List<String> versions) {
        return new ArmOptions(port, pageSize, medianOperation, operationSpread, featureRegistration, versions);
    }
}

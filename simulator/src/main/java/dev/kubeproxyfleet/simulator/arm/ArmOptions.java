package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How the simulated Azure behaves. Durations are Azure's; the fleet's speed divides them.
 *
 * @param port of the HTTPS listener on loopback; 0 for any free one
 * @param pageSize clusters of one LIST answer
 * @param medianOperation median duration of a PUT
 * @param operationSpread standard deviation of the logarithm of that duration; 0 makes all equal
 * @param medianLatency median time until an answer; zero for none
 * @param latencySpread as {@code operationSpread}
 * @param featureRegistration how long a feature is Registering
 * @param providerRegistration how long the resource provider is Registering, and until it acts by a new feature
 * @param operationHeaders which links announce an operation
 * @param errorForm in which the resource provider refuses
 * @param apiVersions that Microsoft.ContainerService knows
 */
public record ArmOptions(
        int port,
        int pageSize,
        Duration medianOperation,
        double operationSpread,
        Duration medianLatency,
        double latencySpread,
        Duration featureRegistration,
        Duration providerRegistration,
        OperationHeaders operationHeaders,
        ErrorForm errorForm,
        List<String> apiVersions) {

    /** In which form the resource provider refuses; Azure Resource Manager itself always wraps. */
    public enum ErrorForm {
        /** {@code {"error": {"code", "message", …}}}, as the REST reference has it. */
        WRAPPED,
        /** {@code {"code", "details", "message", "subcode"}}, as AKS has been seen to. */
        BARE
    }

    /** Which links announce an operation; with {@code Location} alone the status is 202. */
    public enum OperationHeaders {
        ASYNC,
        LOCATION,
        BOTH
    }

    /** 138 s is what a recorded kube-proxy change of a cluster of three nodes took. */
    public static final ArmOptions DEFAULTS = new ArmOptions(
            0,
            50,
            Duration.ofSeconds(138),
            0.35,
            Duration.ZERO,
            0,
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            OperationHeaders.ASYNC,
            ErrorForm.WRAPPED,
            ApiVersions.CONTAINER_SERVICE);

    public ArmOptions {
        if (port < 0
                || port > 65_535
                || pageSize < 1
                || operationSpread < 0
                || latencySpread < 0
                || medianOperation.isNegative()
                || medianLatency.isNegative()) {
            throw new IllegalArgumentException("port " + port + ", page size " + pageSize + ", operation "
                    + medianOperation + " ± " + operationSpread + ", latency " + medianLatency + " ± "
                    + latencySpread + ": out of range");
        }
        for (String version : apiVersions) {
            if (!ApiVersions.FORM.matcher(version).matches()) {
                throw new IllegalArgumentException(
                        "'" + version + "' is no api-version; one looks like 2026-01-01 or 2026-01-02-preview");
            }
        }
        apiVersions = List.copyOf(apiVersions);
    }

    public ArmOptions withPort(int newPort) {
        return new ArmOptions(
                newPort,
                pageSize,
                medianOperation,
                operationSpread,
                medianLatency,
                latencySpread,
                featureRegistration,
                providerRegistration,
                operationHeaders,
                errorForm,
                apiVersions);
    }

    public ArmOptions withPageSize(int newPageSize) {
        return new ArmOptions(
                port,
                newPageSize,
                medianOperation,
                operationSpread,
                medianLatency,
                latencySpread,
                featureRegistration,
                providerRegistration,
                operationHeaders,
                errorForm,
                apiVersions);
    }

    public ArmOptions withOperations(Duration newMedianOperation, double newOperationSpread) {
        return new ArmOptions(
                port,
                pageSize,
                newMedianOperation,
                newOperationSpread,
                medianLatency,
                latencySpread,
                featureRegistration,
                providerRegistration,
                operationHeaders,
                errorForm,
                apiVersions);
    }

    public ArmOptions withLatency(Duration newMedianLatency, double newLatencySpread) {
        return new ArmOptions(
                port,
                pageSize,
                medianOperation,
                operationSpread,
                newMedianLatency,
                newLatencySpread,
                featureRegistration,
                providerRegistration,
                operationHeaders,
                errorForm,
                apiVersions);
    }

    public ArmOptions withOperationHeaders(OperationHeaders newOperationHeaders) {
        return new ArmOptions(
                port,
                pageSize,
                medianOperation,
                operationSpread,
                medianLatency,
                latencySpread,
                featureRegistration,
                providerRegistration,
                newOperationHeaders,
                errorForm,
                apiVersions);
    }

    /** Knows these api-versions of Microsoft.ContainerService too, such as ones that were published after this was written. */
    public ArmOptions withMoreApiVersions(String... more) {
        List<String> all = new ArrayList<>(List.of(more));
        all.addAll(apiVersions);
        return new ArmOptions(
                port,
                pageSize,
                medianOperation,
                operationSpread,
                medianLatency,
                latencySpread,
                featureRegistration,
                providerRegistration,
                operationHeaders,
                errorForm,
                all.stream().distinct().sorted(Comparator.reverseOrder()).toList());
    }

    public ArmOptions withErrorForm(ErrorForm newErrorForm) {
        return new ArmOptions(
                port,
                pageSize,
                medianOperation,
                operationSpread,
                medianLatency,
                latencySpread,
                featureRegistration,
                providerRegistration,
                operationHeaders,
                newErrorForm,
                apiVersions);
    }
}

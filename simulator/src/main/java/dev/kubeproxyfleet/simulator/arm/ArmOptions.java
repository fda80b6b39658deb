package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the simulated Azure behaves. Times are Azure's; the fleet's speed divides them.
 *
 * @param port of the HTTPS listener on loopback; 0 for any free one
 * @param pageSize clusters of one LIST answer
 * @param operation how long a PUT runs
 * @param latency time until an answer
 * @param operationHeaders which links announce an operation
 * @param errorForm in which the resource provider refuses
 * @param apiVersions that Microsoft.ContainerService knows
 */
public record ArmOptions(
        int port,
        int pageSize,
        LogNormal operation,
        LogNormal latency,
        OperationHeaders operationHeaders,
        ErrorForm errorForm,
        List<String> apiVersions) {

    /**
     * A time that varies as those of many small steps do.
     *
     * @param spread standard deviation of its logarithm; 0 makes all equal
     */
    public record LogNormal(Duration median, double spread) {
        public LogNormal {
            if (median.isNegative() || spread < 0) {
                throw new IllegalArgumentException(median + " ± " + spread + ": out of range");
            }
        }
    }

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
            new LogNormal(Duration.ofSeconds(138), 0.35),
            new LogNormal(Duration.ZERO, 0),
            OperationHeaders.ASYNC,
            ErrorForm.WRAPPED,
            ApiVersions.CONTAINER_SERVICE);

    public ArmOptions {
        if (port < 0 || port > 65_535 || pageSize < 1) {
            throw new IllegalArgumentException("port " + port + ", page size " + pageSize + ": out of range");
        }
        for (String version : apiVersions) {
            if (!ApiVersions.FORM.matcher(version).matches()) {
                throw new IllegalArgumentException(
                        "'" + version + "' is no api-version; one looks like 2026-01-01 or 2026-01-02-preview");
            }
        }
        apiVersions = List.copyOf(apiVersions);
    }

    public ArmOptions withPort(int other) {
        return new ArmOptions(other, pageSize, operation, latency, operationHeaders, errorForm, apiVersions);
    }

    public ArmOptions withPageSize(int other) {
        return new ArmOptions(port, other, operation, latency, operationHeaders, errorForm, apiVersions);
    }

    public ArmOptions withOperations(Duration median, double spread) {
        LogNormal other = new LogNormal(median, spread);
        return new ArmOptions(port, pageSize, other, latency, operationHeaders, errorForm, apiVersions);
    }

    public ArmOptions withLatency(Duration median, double spread) {
        LogNormal other = new LogNormal(median, spread);
        return new ArmOptions(port, pageSize, operation, other, operationHeaders, errorForm, apiVersions);
    }

    public ArmOptions withOperationHeaders(OperationHeaders other) {
        return new ArmOptions(port, pageSize, operation, latency, other, errorForm, apiVersions);
    }

    public ArmOptions withErrorForm(ErrorForm other) {
        return new ArmOptions(port, pageSize, operation, latency, operationHeaders, other, apiVersions);
    }

    /** Knows these api-versions of Microsoft.ContainerService too, such as ones that were published after this was written. */
    public ArmOptions withMoreApiVersions(String... more) {
        List<String> all = Stream.concat(Stream.of(more), apiVersions.stream())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
        return new ArmOptions(port, pageSize, operation, latency, operationHeaders, errorForm, all);
    }
}

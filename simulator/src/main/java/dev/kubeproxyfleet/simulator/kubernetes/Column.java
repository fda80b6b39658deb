package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A column of what {@code kubectl get} prints, named and filled as {@code pkg/printers/internalversion/printers.go} does.
 *
 * @param wide shown with {@code -o wide} only
 */
record Column(String name, boolean wide, Function<JsonNode, String> cell) {

    private static final int HOURS_SHOWN_AS_MINUTES = 2;
    private static final int DAYS_SHOWN_AS_HOURS = 2;

    static List<Column> of(ResourceType type) {
        List<Column> columns = new ArrayList<>();
        columns.add(at("Name", "/metadata/name"));
        switch (type) {
            case DAEMON_SET -> {
                columns.add(number("Desired", "/status/desiredNumberScheduled"));
                columns.add(number("Current", "/status/currentNumberScheduled"));
                columns.add(number("Ready", "/status/numberReady"));
                columns.add(number("Up-to-date", "/status/updatedNumberScheduled"));
                columns.add(number("Available", "/status/numberAvailable"));
                columns.add(new Column(
                        "Node Selector", false, object -> labels(object.at("/spec/template/spec/nodeSelector"))));
            }
            case POD -> {
                columns.add(new Column("Ready", false, Column::ready));
                columns.add(new Column("Status", false, Column::podStatus));
                columns.add(number("Restarts", "/status/containerStatuses/0/restartCount"));
            }
            case NODE -> {
                columns.add(new Column("Status", false, Column::nodeStatus));
                columns.add(new Column("Roles", false, _ -> "<none>"));
            }
            case NAMESPACE -> columns.add(at("Status", "/status/phase"));
            case CONFIG_MAP ->
                columns.add(new Column(
                        "Data",
                        false,
                        object -> String.valueOf(object.path("data").size())));
            case SECRET -> {
                columns.add(at("Type", "/type"));
                columns.add(new Column(
                        "Data",
                        false,
                        object -> String.valueOf(object.path("data").size())));
            }
            case EVENT -> {
                columns.clear();
                columns.add(age("Last Seen", "/lastTimestamp"));
                columns.add(at("Type", "/type"));
                columns.add(at("Reason", "/reason"));
                columns.add(new Column(
                        "Object",
                        false,
                        event -> event.at("/involvedObject/kind").asText().toLowerCase(java.util.Locale.ROOT) + "/"
                                + event.at("/involvedObject/name").asText()));
                columns.add(at("Message", "/message"));
                return columns;
            }
            case CONTROLLER_REVISION -> {
                columns.add(new Column(
                        "Controller",
                        false,
                        object -> "daemonset.apps/"
                                + object.at("/metadata/ownerReferences/0/name").asText()));
                columns.add(number("Revision", "/revision"));
            }
            default -> {
                // Name and age say enough.
            }
        }
        columns.add(age("Age", "/metadata/creationTimestamp"));
        switch (type) {
            case POD ->
                columns.add(new Column(
                        "Node", true, object -> object.at("/spec/nodeName").asText("<none>")));
            case NODE -> {
                columns.add(at("Version", "/status/nodeInfo/kubeletVersion"));
                columns.add(new Column(
                        "OS-Image",
                        true,
                        object -> object.at("/status/nodeInfo/osImage").asText()));
                columns.add(new Column(
                        "Kernel-Version",
                        true,
                        object -> object.at("/status/nodeInfo/kernelVersion").asText()));
            }
            default -> {
                // Nothing stands behind the age.
            }
        }
        return columns;
    }

    private static Column at(String name, String pointer) {
        return new Column(name, false, object -> object.at(pointer).asText());
    }

    private static Column number(String name, String pointer) {
        return new Column(name, false, object -> object.at(pointer).asText("0"));
    }

    private static Column age(String name, String pointer) {
        return new Column(name, false, object -> age(object.at(pointer).asText()));
    }

    /** In the largest unit of which there are two or more. */
    private static String age(String since) {
        try {
            Duration age =
                    Duration.between(Instant.parse(since), MachineClock.get().instant());
            if (age.toMinutes() < HOURS_SHOWN_AS_MINUTES) {
                return age.toSeconds() + "s";
            }
            if (age.toHours() < HOURS_SHOWN_AS_MINUTES) {
                return age.toMinutes() + "m";
            }
            return age.toDays() < DAYS_SHOWN_AS_HOURS ? age.toHours() + "h" : age.toDays() + "d";
        } catch (DateTimeParseException e) {
            return "<unknown>";
        }
    }

    private static String labels(JsonNode labels) {
        String text = labels.properties().stream()
                .map(label -> label.getKey() + "=" + label.getValue().asText())
                .collect(Collectors.joining(","));
        return text.isEmpty() ? "<none>" : text;
    }

    private static String ready(JsonNode pod) {
        JsonNode containers = pod.at("/status/containerStatuses");
        long ready = StreamSupport.stream(containers.spliterator(), false)
                .filter(container -> container.path("ready").asBoolean())
                .count();
        return ready + "/" + pod.at("/spec/containers").size();
    }

    private static String podStatus(JsonNode pod) {
        return pod.at("/status/containerStatuses/0/state/waiting/reason")
                .asText(pod.at("/status/phase").asText());
    }

    private static String nodeStatus(JsonNode node) {
        for (JsonNode condition : node.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True") ? "Ready" : "NotReady";
            }
        }
        return "Unknown";
    }
}

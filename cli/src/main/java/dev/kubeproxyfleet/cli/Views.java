package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Draws the service's answers, rollouts apart, as tables and sheets. What an answer does not have is shown as a dash. */
final class Views {

    /** A node that proves what it shows. */
    private static final String PROVEN = "Proven";

    private static final String NONE = "-";

    private Views() {}

    /** {@code GET /rollouts}, newest first. */
    static List<Line> rollouts(JsonNode answer, Instant now) throws JsonProcessingException {
        Table table = new Table("ROLLOUT", "STATE", "CLUSTERS", "AGE", "KUBE-PROXY", "MESSAGE");
        for (JsonNode node : answer) {
            RolloutStatus rollout = Json.MAPPER.treeToValue(node, RolloutStatus.class);
            table.add(
                    Line.of(rollout.id(), Tone.STRONG),
                    Line.of(rollout.state().name(), Symbols.tone(rollout.state())),
                    progress(rollout),
                    Line.of(Ages.between(rollout.createdAt(), now)),
                    Line.of(rollout.spec().kubeProxy().effective().describe()),
                    reason(rollout.code(), rollout.message()));
        }
        return answer.isEmpty() ? List.of(Line.of("no rollouts yet")) : table.lines();
    }

    /** {@code GET /configs}, by name. */
    static List<Line> configs(JsonNode answer) throws JsonProcessingException {
        Table table = new Table("CONFIG", "GENERATION", "ROLLOUT", "CLUSTERS", "PRIORITY", "KUBE-PROXY", "STRATEGY");
        for (JsonNode node : answer) {
            FleetConfig.Spec spec = Json.MAPPER.treeToValue(node.path("spec"), FleetConfig.Spec.class);
            JsonNode rollout = node.path("rollout");
            RolloutStatus.State state = Json.MAPPER.treeToValue(rollout.path("state"), RolloutStatus.State.class);
            table.add(
                    Line.of(text(node, "name"), Tone.STRONG),
                    Line.of(text(node, "generation")),
                    Line.of(state.name(), Symbols.tone(state)),
                    progress(List.of(Json.MAPPER.treeToValue(rollout.path("clusters"), RolloutStatus.Counts.class))),
                    Line.of(Integer.toString(spec.priority())),
                    Line.of(spec.kubeProxy().effective().describe()),
                    Line.of(spec.strategyRef() == null ? NONE : spec.strategyRef()));
        }
        return answer.isEmpty() ? List.of(Line.of("no configurations published yet")) : table.lines();
    }

    /** {@code GET /strategies}, by name. */
    static List<Line> strategies(JsonNode answer) throws JsonProcessingException {
        Table table = new Table("STRATEGY", "ON FAILURE", "DEADLINE", "WHEN", "STAGES");
        for (JsonNode node : answer) {
            FleetStrategy strategy = Json.MAPPER.treeToValue(node, FleetStrategy.class);
            table.add(
                    Line.of(strategy.name(), Tone.STRONG),
                    Line.of(strategy.spec().onFailure().name()),
                    Line.of(Ages.of(strategy.spec().deadline())),
                    Line.of(when(strategy.spec())),
                    Line.of(strategy.spec().stages().stream()
                            .map(StageSpec::name)
                            .collect(Collectors.joining(", "))));
        }
        return answer.isEmpty() ? List.of(Line.of("no strategies stored yet")) : table.lines();
    }

    private static String when(Strategy strategy) {
        List<String> parts = new ArrayList<>();
        if (strategy.startAt() != null) {
            parts.add("from " + strategy.startAt());
        }
        int windows = strategy.windows().schedule().size();
        if (windows > 0) {
            parts.add(Count.of(windows, "window"));
        }
        if (strategy.windows().honourAksMaintenance()) {
            parts.add("AKS maintenance");
        }
        return parts.isEmpty() ? "any time" : String.join(", ", parts);
    }

    /** How long a rollout has lasted or did last, and how much of that clusters were in flight. */
    static String durations(RolloutStatus rollout, Instant now) {
        Instant end = rollout.finishedAt() == null ? now : rollout.finishedAt();
        Duration total = Duration.between(rollout.createdAt(), end);
        Duration active = rollout.activeSince() == null
                ? rollout.activeFor()
                : rollout.activeFor().plus(Duration.between(rollout.activeSince(), end));
        return "total %s, active %s, waiting %s"
                .formatted(Ages.of(total), Ages.of(active), Ages.of(total.minus(active)));
    }

    /** A rollout in one line. */
    static Line status(RolloutStatus rollout) {
        Line line = Line.of(rollout.id(), Tone.STRONG)
                .and("  ")
                .and(rollout.state().name(), Symbols.tone(rollout.state()))
                .and("  ")
                .and(progress(rollout));
        Line reason = reason(rollout.code(), rollout.message());
        return reason.spans().isEmpty() ? line : line.and("  ").and(reason);
    }

    /** What the controller answered to a request. */
    static Line answered(AuditRecord audit, Look look) {
        Line sign = audit.verdict() == AuditRecord.Verdict.Refused ? Symbols.bad(look) : Symbols.good(look);
        return sign.and(" ")
                .and(audit.rollout() == null ? audit.config() : audit.rollout(), Tone.STRONG)
                .and("  ")
                .and(audit.message())
                .and(" [" + audit.code() + "]", Tone.QUIET);
    }

    /** A command to try. */
    static Line next(String why, String command, String program) {
        return Line.of("  " + why + ":  ").and(program + " " + command, Tone.NOTE);
    }

    private static Line progress(RolloutStatus rollout) {
        return progress(
                rollout.stages().stream().map(RolloutStatus.Stage::clusters).toList());
    }

    private static Line progress(List<RolloutStatus.Counts> counts) {
        int total = 0;
        int finished = 0;
        int failed = 0;
        for (RolloutStatus.Counts each : counts) {
            total += each.total();
            finished += each.finished();
            failed += each.failed();
        }
        Line line = Line.of(finished + "/" + total);
        return failed == 0 ? line : line.and(" " + failed + " failed", Tone.BAD);
    }

    /** {@code GET /clusters}, by name. */
    static List<Line> clusters(JsonNode answer) {
        List<JsonNode> clusters = new ArrayList<>();
        answer.forEach(clusters::add);
        clusters.sort(
                Comparator.comparing((JsonNode node) -> text(node, "name")).thenComparing(node -> text(node, "id")));
        Table table = new Table(
                "CLUSTER", "RESOURCE GROUP", "LOCATION", "VERSION", "STATE", "KUBE-PROXY", "NODES", "ROLLOUT");
        for (JsonNode node : clusters) {
            table.add(
                    Line.of(text(node, "name"), Tone.STRONG),
                    Line.of(text(node, "resourceGroup")),
                    Line.of(text(node, "location")),
                    Line.of(text(node, "kubernetesVersion")),
                    power(node),
                    kubeProxy(node),
                    ClusterNodes.inShort(node),
                    rollout(node));
        }
        return clusters.isEmpty() ? List.of(Line.of("no clusters known yet")) : table.lines();
    }

    private static Line power(JsonNode cluster) {
        String provisioning = text(cluster, "provisioningState");
        if (!provisioning.equals("Succeeded")) {
            return Line.of(provisioning, provisioning.equals("Failed") ? Tone.BAD : Tone.BUSY);
        }
        String power = text(cluster, "powerState");
        return Line.of(power, power.equals("Running") ? Tone.PLAIN : Tone.QUIET);
    }

    /** What the cluster runs by Azure's word, and whether that is what it should be. */
    private static Line kubeProxy(JsonNode cluster) {
        Line line = Line.of(text(cluster, "effective"));
        return cluster.path("drift").isObject() ? line.and("  " + text(cluster.path("drift"), "code"), Tone.BAD) : line;
    }

    private static Line rollout(JsonNode cluster) {
        JsonNode rollout = cluster.path("rollout");
        if (!rollout.isObject()) {
            return Line.of(NONE, Tone.QUIET);
        }
        Line line = Line.of(text(rollout, "id") + " " + text(rollout, "state"));
        return rollout.hasNonNull("code") ? line.and(" " + rollout.get("code").asText(), Tone.QUIET) : line;
    }

    /** {@code GET /clusters/{subscription}/{resourceGroup}/{name}}. */
    static List<Line> cluster(JsonNode answer, Instant now) {
        Map<String, Line> facts = new LinkedHashMap<>();
        facts.put("cluster", Line.of(text(answer, "name"), Tone.STRONG));
        facts.put("id", Line.of(text(answer, "id")));
        facts.put(
                "where",
                Line.of(text(answer, "location") + ", Kubernetes " + text(answer, "kubernetesVersion") + ", ")
                        .and(power(answer)));
        facts.put("kube-proxy", kubeProxy(answer));
        if (answer.path("drift").hasNonNull("message")) {
            facts.put("drift", Line.of(answer.path("drift").get("message").asText()));
        }
        facts.put("rollout", rollout(answer));
        if (answer.path("rollout").hasNonNull("message")) {
            facts.put("", Line.of(answer.path("rollout").get("message").asText(), Tone.QUIET));
        }
        JsonNode health = answer.path("health");
        facts.put("nodes", ClusterNodes.inFull(answer));
        if (health.isObject()) {
            facts.put(
                    "connections",
                    Line.of("%s active, %s inactive, %s new/s, imbalance %s"
                            .formatted(
                                    text(health, "activeConnections"),
                                    text(health, "inactiveConnections"),
                                    decimal(health, "connectionsPerSecond", 1),
                                    decimal(health, "imbalance", 2))));
        }
        if (!health.path("evidence").isEmpty()) {
            facts.put("evidence", Line.of(evidence(health.path("evidence"))));
        }
        if (health.path("clockSkewSeconds").isInt()) {
            facts.put("clocks", Line.of(clocks(health.path("clockSkewSeconds").asInt()), Tone.BUSY));
        }
        List<Line> lines = new ArrayList<>(sheet(facts));
        if (!answer.path("nodes").isEmpty()) {
            lines.add(Line.EMPTY);
            lines.addAll(nodeTable(answer.path("nodes"), now));
        }
        return lines;
    }

    /** What does not fit together, on how many nodes. */
    private static String evidence(JsonNode nodesByCode) {
        return nodesByCode.properties().stream()
                .map(code -> code.getKey() + " on " + Count.of(code.getValue().asInt(), "node"))
                .collect(Collectors.joining(", "));
    }

    private static List<Line> nodeTable(JsonNode nodes, Instant now) {
        Table table =
                new Table("NODE", "SEEN", "RUNS", "PROOF", "SERVICES", "BACKENDS", "ACTIVE", "NEW/S", "IMBALANCE");
        for (JsonNode node : nodes) {
            table.add(
                    Line.of(text(node, "node")),
                    Line.of(seen(node.path("takenAt"), now)),
                    Line.of(runs(node)),
                    proof(node),
                    Line.of(text(node, "services")),
                    Line.of(text(node, "backends")),
                    Line.of(text(node, "activeConnections")),
                    Line.of(decimal(node, "connectionsPerSecond", 1)),
                    Line.of(decimal(node, "imbalance", 2)));
        }
        return table.lines();
    }

    /** Whether a node proves what it shows. */
    private static Line proof(JsonNode node) {
        return Line.of(text(node, "proofText"), text(node, "proof").equals(PROVEN) ? Tone.PLAIN : Tone.BUSY);
    }

    private static String clocks(int seconds) {
        return seconds > 0
                ? "a node is " + seconds + " s behind the service, or the service ahead"
                : "a node is " + -seconds + " s ahead of the service, or the service behind";
    }

    /** What a node reports that it runs, as the kernel and kube-proxy call it. */
    private static String runs(JsonNode node) {
        String mode = text(node, "mode");
        if (!node.hasNonNull("scheduler")) {
            return mode;
        }
        return mode + " " + node.get("scheduler").asText()
                + " tcp=" + text(node, "tcpTimeoutSeconds")
                + " tcpfin=" + text(node, "tcpFinTimeoutSeconds")
                + " udp=" + text(node, "udpTimeoutSeconds");
    }

    private static String seen(JsonNode at, Instant now) {
        try {
            Instant instant = at.isNumber() ? Instant.ofEpochMilli(at.asLong()) : Instant.parse(at.asText());
            return Ages.between(instant, now) + " ago";
        } catch (DateTimeException e) {
            return NONE;
        }
    }

    /** {@code GET /explain} or {@code /rollouts/{id}/explain}: what a cluster or a rollout waits for, and what would help. */
    static List<Line> explanation(JsonNode answer, String program, Instant now) {
        List<Line> lines = new ArrayList<>();
        String subject =
                answer.hasNonNull("rollout") ? text(answer, "rollout") : ClusterId.name(text(answer, "cluster"));
        String sentence = text(answer, "sentence");
        lines.add(Line.of(subject, Tone.STRONG)
                .and(sentence.startsWith(subject + " ") ? sentence.substring(subject.length()) : ": " + sentence));
        Map<String, Line> facts = new LinkedHashMap<>();
        if (answer.hasNonNull("state")) {
            facts.put(
                    "state",
                    reason(answer.get("state").asText(), answer.path("code").asText("")));
        }
        if (answer.hasNonNull("since")) {
            facts.put("since", Line.of(since(answer.get("since").asText(), now)));
        }
        if (answer.hasNonNull("command")) {
            facts.put("try", Line.of(ownName(answer.get("command").asText(), program), Tone.NOTE));
        }
        lines.addAll(sheet(facts));
        return lines;
    }

    private static String since(String written, Instant now) {
        try {
            Instant since = Instant.parse(written);
            return since.truncatedTo(ChronoUnit.SECONDS) + " (" + Ages.between(since, now) + " ago)";
        } catch (DateTimeException e) {
            return written;
        }
    }

    /** The service writes {@code kpfleet …}; the reader may have to write {@code ./kpfleet …}. */
    private static String ownName(String command, String program) {
        return command.startsWith("kpfleet ") ? program + command.substring("kpfleet".length()) : command;
    }

    /** {@code GET /audit}, newest first. */
    static List<Line> audit(JsonNode answer) throws JsonProcessingException {
        Table table = new Table("WHEN", "ACTOR", "ACTION", "ON", "VERDICT", "MESSAGE");
        for (JsonNode node : answer) {
            AuditRecord entry = Json.MAPPER.treeToValue(node, AuditRecord.class);
            table.add(
                    Line.of(entry.at().truncatedTo(ChronoUnit.SECONDS).toString()),
                    Line.of(entry.actor()),
                    Line.of(entry.action()),
                    Line.of(entry.rollout() == null ? entry.config() : entry.rollout(), Tone.STRONG),
                    Line.of(entry.verdict().name(), tone(entry.verdict())),
                    reason(entry.code(), entry.message())
                            .and(entry.reason() == null ? "" : " (" + entry.reason() + ")", Tone.QUIET));
        }
        return answer.isEmpty() ? List.of(Line.of("nothing happened yet")) : table.lines();
    }

    static Tone tone(AuditRecord.Verdict verdict) {
        return switch (verdict) {
            case Done -> Tone.GOOD;
            case Unchanged -> Tone.QUIET;
            case Refused -> Tone.BAD;
        };
    }

    private static Line reason(@Nullable String code, String message) {
        Line line = code == null || code.isEmpty() ? Line.EMPTY : Line.of(code);
        return message.isBlank() ? line : line.and(line.spans().isEmpty() ? message : ": " + message);
    }

    private static List<Line> sheet(Map<String, Line> facts) {
        int names = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
        List<Line> lines = new ArrayList<>();
        facts.forEach((name, value) ->
                lines.add(Line.of(name, Tone.QUIET).padded(names + 2).and(value)));
        return lines;
    }

    private static String text(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.get(field).asText() : NONE;
    }

    private static String decimal(JsonNode node, String field, int digits) {
        return node.path(field).isNumber()
                ? String.format(
                        Locale.ROOT, "%." + digits + "f", node.get(field).asDouble())
                : NONE;
    }
}

package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.Glob;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Finding;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import dev.kubeproxyfleet.schemas.view.ClusterSelection;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The strategy and the configuration of a campaign, with comments that say why they are so. The configuration lists the clusters that are
 * ready, and those that it has brought to the mode before, beside what was selected.
 */
final class CampaignFiles {

    /** A selector lists no more, by its schema. */
    private static final int MOST_CLUSTERS = 1_000;

    private final String name;
    private final KubeProxyMode to;
    private final ClusterSelection selection;
    private final List<ClusterReadiness> all;
    private final List<ClusterReadiness> selected;
    private final CampaignStages stages;
    private final int priority;
    private final LocalDate today;

    /** @param published every configuration that is in force, that of the campaign among them if there is one */
    CampaignFiles(
            String name,
            KubeProxyMode to,
            ClusterSelection selection,
            @Nullable String ringTag,
            List<ClusterReadiness> clusters,
            List<ConfigView> published,
            LocalDate today) {
        this.name = name;
        this.to = to;
        this.selection = selection;
        this.today = today;
        Set<String> before = published.stream()
                .filter(config -> config.name().equals(name))
                .flatMap(config -> config.spec().selector().clusters().stream())
                .map(id -> id.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        this.all = clusters.stream()
                .sorted(Comparator.comparing(ClusterReadiness::name).thenComparing(ClusterReadiness::id))
                .toList();
        this.selected =
                all.stream().filter(cluster -> isSelected(cluster, before)).toList();
        if (selected.size() > MOST_CLUSTERS) {
            throw new UsageException(
                    "%d clusters are ready, and a configuration lists %d at most; make a campaign of each part of them."
                            .formatted(selected.size(), MOST_CLUSTERS));
        }
        this.stages = new CampaignStages(ringTag, selected);
        this.priority = priority(name, published);
    }

    /** One that it has brought to the mode stays, so that a drift of it is told. */
    private boolean isSelected(ClusterReadiness cluster, Set<String> before) {
        return cluster.verdict() == Verdict.Ready
                || (cluster.verdict() == Verdict.NothingToDo
                        && cluster.mode().equals(to.name())
                        && before.contains(cluster.id()));
    }

    /** Above all that may give the same clusters another mode: two of one priority would block each other. */
    private static int priority(String name, List<ConfigView> published) {
        return published.stream()
                .filter(config -> !config.name().equals(name))
                .filter(config -> config.spec().desired().kind() == Desired.Kind.KubeProxy)
                .mapToInt(config -> config.spec().priority() + 1)
                .max()
                .orElse(0);
    }

    int selected() {
        return selected.size();
    }

    String strategyFile() {
        return "strategies/" + name + ".yaml";
    }

    String configFile() {
        return name + ".yaml";
    }

    /** Contents by path below the folder. */
    SortedMap<String, String> written() {
        return new TreeMap<>(Map.of(strategyFile(), stages.yaml(name), configFile(), config()));
    }

    /** Clusters that are left out by verdict, and by what; a line for each verdict. */
    List<String> notSelected() {
        List<String> lines = new ArrayList<>();
        for (Verdict verdict : List.of(Verdict.Blocked, Verdict.Unknown, Verdict.NothingToDo)) {
            List<ClusterReadiness> left = all.stream()
                    .filter(cluster -> cluster.verdict() == verdict && !selected.contains(cluster))
                    .toList();
            if (!left.isEmpty()) {
                lines.add(left.size() + " " + verdict + by(left, verdict));
            }
        }
        return lines;
    }

    private static String by(List<ClusterReadiness> clusters, Verdict verdict) {
        Weight weight = switch (verdict) {
            case Blocked -> Weight.Blocks;
            case Unknown -> Weight.Unknown;
            case Ready, NothingToDo -> Weight.Note;
        };
        SortedMap<String, Long> codes = new TreeMap<>();
        for (ClusterReadiness cluster : clusters) {
            cluster.findings().stream()
                    .filter(finding ->
                            finding.weight() == weight && finding.source() != ClusterReadiness.Source.Calendar)
                    .map(Finding::code)
                    .distinct()
                    .forEach(code -> codes.merge(code, 1L, Long::sum));
        }
        return codes.isEmpty()
                ? ""
                : codes.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    private String config() {
        StringBuilder yaml = new StringBuilder();
        comment(
                yaml,
                "Campaign %s: mode %s for %s of %s that were selected on %s."
                        .formatted(name, to, selected.size(), Count.of(all.size(), "cluster"), today));
        comment(
                yaml,
                "Apply %s first, which starts nothing. This file starts the rollout once it is applied."
                        .formatted(strategyFile()));
        if (to == KubeProxyMode.IPTABLES) {
            comment(
                    yaml,
                    "These clusters run IPTABLES already, and Azure shows no mode. To name it changes nothing on their nodes,");
            comment(
                    yaml,
                    "but Azure may restart kube-proxy for it. From Kubernetes 1.40 on a mode that nobody names is kube-proxy's choice.");
        }
        notSelected().forEach(line -> comment(yaml, "Not selected: " + line + "."));
        comment(
                yaml,
                "To take in clusters that have become ready, run the same again later, and apply what it has written:");
        comment(yaml, command());
        yaml.append("apiVersion: kubeproxyfleet.dev/v1\nkind: FleetConfig\nmetadata:\n  name: ")
                .append(name);
        yaml.append("\nspec:\n  kubeProxy:\n    enabled: true\n    mode: ")
                .append(to)
                .append('\n');
        yaml.append(
                        "  # One more than that of every other configuration of kube-proxy: two that select one cluster with the same\n")
                .append(
                        "  # priority would block it. Delete a configuration once none of its clusters is left to it.\n")
                .append("  priority: ")
                .append(priority)
                .append('\n');
        yaml.append(
                        "  # The strategy of the same name makes this a campaign, which 'kpfleet campaign status' and the dashboard show.\n")
                .append("  strategyRef: ")
                .append(name)
                .append('\n');
        yaml.append(
                        "  # What was selected; of that, only the clusters that are listed. What leaves the list keeps its mode.\n")
                .append("  selector:\n");
        if (!selection.tags().isEmpty()) {
            yaml.append("    tags:\n      matchLabels:\n");
            selection
                    .tags()
                    .forEach(tag -> yaml.append("        %s: %s%n".formatted(text(tag.name()), text(tag.value()))));
        }
        list(yaml, "names", selection.names().stream().map(Glob::pattern).toList());
        list(yaml, "locations", selection.locations());
        yaml.append("    clusters:\n");
        for (ClusterReadiness cluster : selected) {
            yaml.append("      - ")
                    .append(text(cluster.id()))
                    .append(" # ")
                    .append(about(cluster))
                    .append('\n');
        }
        return yaml.toString();
    }

    private static void comment(StringBuilder yaml, String line) {
        yaml.append("# ").append(line).append('\n');
    }

    private static void list(StringBuilder yaml, String part, List<String> values) {
        if (!values.isEmpty()) {
            yaml.append("    ").append(part).append(": [");
            yaml.append(values.stream().map(CampaignFiles::text).collect(Collectors.joining(", ")))
                    .append("]\n");
        }
    }

    private String about(ClusterReadiness cluster) {
        String end = cluster.support().endOfLife();
        return (cluster.verdict() == Verdict.Ready ? "ready" : "done") + ", Kubernetes " + cluster.kubernetesVersion()
                + (end == null ? "" : ", supported until " + end);
    }

    private String command() {
        StringBuilder command = new StringBuilder("  kpfleet campaign new " + name + " --to " + to);
        selection.tags().forEach(tag -> command.append(" --select ").append(quoted(tag.name() + "=" + tag.value())));
        selection.names().forEach(glob -> command.append(" --select-name ").append(quoted(glob.pattern())));
        selection.locations().forEach(location -> command.append(" --location ").append(quoted(location)));
        if (stages.ringTag() != null) {
            command.append(" --ring-tag ").append(quoted(stages.ringTag()));
        }
        return command.append(" -o <this folder>").toString();
    }

    /** For a shell. */
    private static String quoted(String text) {
        return text.matches("[-A-Za-z0-9_.=/]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** In quotes, as JSON has it, which YAML reads too: so that no text of Azure becomes anything else. */
    static String text(String text) {
        try {
            return Json.MAPPER.writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every text is JSON", e);
        }
    }
}

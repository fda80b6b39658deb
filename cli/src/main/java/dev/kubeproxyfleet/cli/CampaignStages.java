package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The strategy of a campaign: a canary that a person approves, then ring after ring. */
final class CampaignStages {

    /** A strategy has no more, by its schema: a canary, the rings, and the rest. */
    private static final int MOST_RINGS = 30;

    private static final String CANARY_BAKE = "PT24H";
    private static final String RING_BAKE = "PT4H";

    /** Numbers in their own order, and before other texts. */
    private static final Comparator<String> NATURAL = Comparator.comparing(
                    (String value) -> value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : Integer.MAX_VALUE)
            .thenComparing(value -> value.toLowerCase(Locale.ROOT))
            .thenComparing(Comparator.naturalOrder());

    private final @Nullable String ringTag;
    private final Map<String, List<ClusterReadiness>> rings = new TreeMap<>(NATURAL);
    private final int without;

    CampaignStages(@Nullable String ringTag, List<ClusterReadiness> selected) {
        this.ringTag = ringTag;
        int untagged = 0;
        for (ClusterReadiness cluster : selected) {
            String ring = ringTag == null ? null : cluster.tags().get(ringTag);
            if (ring == null) {
                untagged++;
            } else {
                rings.computeIfAbsent(ring, _ -> new ArrayList<>()).add(cluster);
            }
        }
        this.without = untagged;
        if (rings.size() > MOST_RINGS) {
            throw new UsageException("tag %s has %d values, and a strategy has room for %d rings; take another tag."
                    .formatted(ringTag, rings.size(), MOST_RINGS));
        }
    }

    @Nullable
    String ringTag() {
        return ringTag;
    }

    String yaml(String name) {
        StringBuilder yaml = new StringBuilder("""
                # The strategy of campaign %1$s: change what you like. It is stored by 'kpfleet apply', and starts nothing.
                apiVersion: kubeproxyfleet.dev/v1
                kind: FleetStrategy
                metadata:
                  name: %1$s
                spec:
                  stages:
                    # One cluster first. It rests for a day, so that its gates see a day of traffic. Then a person approves it, and no
                    # other cluster is changed before. 'kpfleet promote' ends a rest early.
                    - name: canary
                      size: 1
                      bake: %2$s
                      approval: after
                """.formatted(name, CANARY_BAKE));
        rings.entrySet().stream()
                .filter(ring -> ring.getValue().stream().anyMatch(cluster -> cluster.verdict() == Verdict.Ready))
                .findFirst()
                .ifPresent(ring -> selector(yaml, ring.getKey()));
        Set<String> names = new LinkedHashSet<>(Set.of("canary", "rest"));
        rings.forEach((ring, clusters) -> ring(yaml, names, ring, clusters));
        if (rings.isEmpty()) {
            yaml.append(
                            "    # A tenth of them next.\n    - name: early\n      size: \"10%\"\n      maxFailures: 0\n      bake: ")
                    .append(RING_BAKE)
                    .append('\n');
        }
        yaml.append("    # %s%n"
                .formatted(
                        rings.isEmpty()
                                ? "All that remain."
                                : "What has no such tag: %s by now.".formatted(Count.of(without, "cluster"))));
        yaml.append("""
                    - name: rest
                      maxConcurrent: "25%%"
                      maxFailures: 0
                      bake: %s
                  # Once a cluster fails, or a gate does, no further one starts until a person decides.
                  onFailure: Pause
                  deadline: PT30M
                  # A cluster counts only once 9 of 10 nodes prove the mode. What their services refuse, drop and miss is compared with
                  # clusters that were not changed; where that cannot tell, a person decides.
                  gate:
                    coverage: 0.9
                    signals: Gate
                    onInconclusive: Pause
                """.formatted(RING_BAKE));
        return yaml.toString();
    }

    private void ring(StringBuilder yaml, Set<String> names, String ring, List<ClusterReadiness> clusters) {
        String label = ("ring-" + ring.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-")).replaceAll("-+$", "");
        String stage = label.length() <= 60 && names.add(label) ? label : "ring-no-" + names.size();
        names.add(stage);
        yaml.append("    # Clusters with tag %s = %s: %d by now.%n"
                .formatted(
                        CampaignFiles.text(Objects.requireNonNull(ringTag, "rings have a tag")),
                        CampaignFiles.text(ring),
                        clusters.size()));
        yaml.append("    - name: ").append(stage).append('\n');
        selector(yaml, ring);
        yaml.append("      maxConcurrent: \"25%\"\n      maxFailures: 0\n      bake: ")
                .append(RING_BAKE)
                .append('\n');
    }

    private void selector(StringBuilder yaml, String ring) {
        yaml.append("      selector:\n        tags:\n          matchLabels:\n            ")
                .append(CampaignFiles.text(Objects.requireNonNull(ringTag, "rings have a tag")))
                .append(": ")
                .append(CampaignFiles.text(ring))
                .append('\n');
    }
}

package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.Campaign;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import java.util.ArrayList;
import java.util.List;

/** Campaigns in one line each, and one with what it is blocked by and what was done when. */
final class CampaignTable {

    private CampaignTable() {}

    /** {@code GET /campaigns}, by name. */
    static List<Line> of(List<Campaign> campaigns) {
        if (campaigns.isEmpty()) {
            return List.of(Line.of("no campaign is published"));
        }
        Table table = new Table(
                "CAMPAIGN", "TO", "DONE", "UNDER WAY", "READY", "BLOCKED", "UNKNOWN", "NOTHING TO DO", "ROLLOUT");
        for (Campaign campaign : campaigns) {
            Campaign.Counts counts = campaign.clusters();
            table.add(
                    Line.of(campaign.name(), Tone.STRONG),
                    Line.of(campaign.to().name()),
                    Line.of(String.valueOf(counts.done()), Tone.GOOD),
                    Line.of(String.valueOf(counts.underWay())),
                    Line.of(String.valueOf(counts.ready())),
                    Line.of(String.valueOf(counts.blocked()), counts.blocked() == 0 ? Tone.PLAIN : Tone.BAD),
                    Line.of(String.valueOf(counts.unknown())),
                    Line.of(String.valueOf(counts.nothingToDo())),
                    Line.of(campaign.rollout() + " " + campaign.state()));
        }
        return table.lines();
    }

    /** {@code GET /campaigns/{name}}. */
    static List<Line> sheet(Campaign campaign, String program) {
        List<Line> lines = new ArrayList<>(of(List.of(campaign)));
        if (!campaign.obstacles().isEmpty()) {
            lines.add(Line.EMPTY);
            lines.addAll(obstacles(campaign.obstacles()));
        }
        lines.add(Line.EMPTY);
        lines.addAll(done(campaign));
        lines.add(Line.of(support(campaign.support())));
        lines.add(Line.command("follow its rollout", "get rollout " + campaign.rollout() + " -w", program));
        return lines;
    }

    private static List<Line> obstacles(List<Campaign.Obstacle> obstacles) {
        Table table = new Table("CLUSTERS", "CODE", "WEIGHT", "SUCH AS", "WHAT HELPS");
        obstacles.forEach(obstacle -> table.add(
                Line.of(String.valueOf(obstacle.clusters())),
                Line.of(obstacle.code(), obstacle.weight() == Weight.Blocks ? Tone.BAD : Tone.NOTE),
                Line.of(obstacle.weight().name()),
                Line.of(obstacle.examples().getFirst()),
                Line.orDash(obstacle.helps())));
        return table.lines();
    }

    private static List<Line> done(Campaign campaign) {
        List<Line> lines = new ArrayList<>();
        if (!campaign.months().isEmpty()) {
            Table table = new Table("MONTH", "DONE");
            campaign.months()
                    .forEach(month -> table.add(Line.of(month.month()), Line.of(String.valueOf(month.clusters()))));
            lines.addAll(table.lines());
        }
        if (campaign.doneAtUnknownTime() > 0) {
            lines.add(Line.of("%s done before, or had the mode already; nobody knows when"
                    .formatted(Count.of(campaign.doneAtUnknownTime(), "cluster was", "clusters were"))));
        }
        if (campaign.knownSince() != null) {
            lines.add(Line.of("what was done in which month is not known before " + campaign.knownSince()));
        }
        return lines;
    }

    private static String support(Campaign.Support support) {
        if (support.asOf() == null) {
            return "no cluster is left to be done";
        }
        String unknown = support.unknown() == 0
                ? ""
                : "; of %s nobody knows it".formatted(Count.of(support.unknown(), "cluster"));
        Integer days = support.daysLeft();
        if (support.endOfLife() == null || days == null) {
            return "how long AKS supports what is left is unknown to the calendar of " + support.asOf();
        }
        return "support ends first on %s, %s, for %s that %s left, by the calendar of %s"
                        .formatted(
                                support.endOfLife(),
                                days < 0 ? Count.of(-days, "day") + " ago" : "in " + Count.of(days, "day"),
                                Count.of(support.clusters(), "cluster"),
                                support.clusters() == 1 ? "is" : "are",
                                support.asOf())
                + unknown;
    }
}

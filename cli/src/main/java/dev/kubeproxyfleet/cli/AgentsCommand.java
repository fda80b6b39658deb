package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kpfleet get agents}. */
@Command(
        name = "agents",
        mixinStandardHelpOptions = true,
        description = "Lists which agents run in each cluster, where they are missing, and what is wrong with them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet get agents                    all clusters, and those that only agents name",
            "  kpfleet get agents --select env=prod  some clusters; the counts of the fleet stay",
            "  kpfleet get agents -o wide            with the names of the nodes"
        })
final class AgentsCommand extends Reading {

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    AgentsCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            Answer agents = client.get("/agents");
            if (selection.selection().isEmpty() || !(agents instanceof Answer.Ok all)) {
                return print(agents, AgentsView.class, this::lines);
            }
            Answer clusters = client.get("/clusters");
            if (!(clusters instanceof Answer.Ok known)) {
                return Answers.complain(clusters, world);
            }
            Set<String> meant = known.listOf(ClusterView.class).stream()
                    .filter(selection.selection()::matches)
                    .map(ClusterView::id)
                    .collect(Collectors.toSet());
            AgentsView view = all.as(AgentsView.class);
            AgentsView some = new AgentsView(
                    view.versions(),
                    view.findings(),
                    view.clusters().stream()
                            .filter(cluster -> meant.contains(cluster.id()))
                            .toList());
            return print(Json.MAPPER.valueToTree(some), () -> lines(some));
        }
    }

    private List<Line> lines(AgentsView agents) {
        return AgentTable.of(agents, output == Output.Form.wide);
    }
}

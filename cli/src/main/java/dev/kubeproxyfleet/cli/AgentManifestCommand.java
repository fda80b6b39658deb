package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.delivery.Delivery;
import dev.kubeproxyfleet.cli.delivery.Order;
import dev.kubeproxyfleet.cli.delivery.Target;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet agent manifest}: the agent's manifests for many clusters, each with its own id. */
@Command(
        name = "manifest",
        mixinStandardHelpOptions = true,
        description =
                "Writes the agent's manifests for the clusters that match, as your own delivery takes them. No secret"
                        + " is in them, and no cluster is touched.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet agent manifest --for kubectl --kafka broker:9092 aks-prod-01 | kubectl apply -f -",
            "  kpfleet agent manifest --for kustomize --kafka broker:9092 --select env=prod -o agents",
            "  kpfleet agent manifest --for flux --kafka broker:9092 --select-name '*' -o agents \\",
            "      --chart-repository oci://registry.example/charts --git-path infrastructure/agents"
        })
final class AgentManifestCommand implements Callable<Integer> {

    private static final String DEFAULT_GIT_PATH = "kubeproxy-fleet-agent";

    private final Kpfleet kpfleet;
    private final Surroundings world;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "<delivery>",
            description = "What brings it into the clusters: ${COMPLETION-CANDIDATES}.")
    private Delivery delivery = Delivery.kubectl;

    @Option(
            names = "--kafka",
            required = true,
            paramLabel = "<host:port>",
            description = "Kafka's brokers as the nodes reach them; several with commas between them.")
    private String kafka = "";

    @Parameters(paramLabel = "<cluster>", arity = "0..*", description = "Clusters by name or ARM resource id.")
    private List<String> clusters = new ArrayList<>();

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--image",
            paramLabel = "<image>",
            defaultValue = AgentManifest.DEFAULT_IMAGE,
            description = "The native agent, for amd64 nodes (default: ${DEFAULT-VALUE}).")
    private String image = "";

    @Option(
            names = "--jvm-image",
            paramLabel = "<image>",
            defaultValue = AgentManifest.DEFAULT_JVM_IMAGE,
            description = "The agent on a Java runtime, for arm64 nodes (default: ${DEFAULT-VALUE}).")
    private String jvmImage = "";

    @Option(
            names = "--chart-repository",
            paramLabel = "oci://<registry>/<path>",
            description = "flux, argocd: where you have pushed the chart that --for helm writes.")
    private @Nullable String chartRepository;

    @Option(
            names = "--git-path",
            paramLabel = "<folder>",
            defaultValue = DEFAULT_GIT_PATH,
            description = "flux: where the files will lie in your Git repository (default: ${DEFAULT-VALUE}).")
    private String gitPath = "";

    @Mixin
    private final FolderOptions folder = new FolderOptions();

    AgentManifestCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (clusters.isEmpty() == selection.selection().isEmpty()) {
            throw new UsageException(
                    clusters.isEmpty() ? SelectionOptions.WHICH : "give either clusters or a selection.");
        }
        if (delivery.fetchesChart() && chartRepository == null) {
            throw new UsageException(
                    "%s fetches the chart: write it with --for helm, push it ('helm package', 'helm push'), and say where to with --chart-repository oci://…"
                            .formatted(delivery));
        }
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.get("/clusters");
            return answer instanceof Answer.Ok ok
                    ? write(ok.listOf(ClusterView.class))
                    : Answers.complain(answer, world);
        }
    }

    private int write(List<ClusterView> all) {
        List<ClusterView> chosen = chosen(all);
        if (chosen.isEmpty()) {
            return ExitCode.REFUSED;
        }
        Delivery.Written written;
        try {
            // The labels are of the whole fleet, so that a cluster keeps its own whatever is selected beside it.
            Set<String> ids =
                    new LinkedHashSet<>(chosen.stream().map(ClusterView::id).toList());
            List<Target> targets = Target.of(all).stream()
                    .filter(target -> ids.contains(target.id()))
                    .toList();
            written = delivery.write(
                    new Order(new AgentManifest(kafka, image, jvmImage), targets, chartRepository, gitPath));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (!image.contains("/") || !jvmImage.contains("/")) {
            world.complain(
                    "an image has no registry, so nodes would look for it at Docker Hub; see --image and --jvm-image.");
        }
        return save(written, chosen.size());
    }

    /** Empty after saying why. */
    private List<ClusterView> chosen(List<ClusterView> all) {
        if (clusters.isEmpty()) {
            List<ClusterView> matching =
                    all.stream().filter(selection.selection()::matches).toList();
            if (matching.isEmpty()) {
                world.complain("no cluster matches; '%s get clusters' lists them.".formatted(world.again()));
            }
            return matching;
        }
        List<ClusterView> chosen = new ArrayList<>();
        for (String cluster : clusters) {
            Optional<ClusterView> one = NamedCluster.find(cluster, all, world);
            if (one.isEmpty()) {
                return List.of();
            }
            chosen.add(one.get());
        }
        return chosen;
    }

    private int save(Delivery.Written written, int chosen) {
        String count = Count.of(written.files().size(), "file");
        return folder.write(written.files(), "%s for this selection is %s".formatted(delivery, count), world, into -> {
            world.print(Symbols.good(world.screen().look())
                    .and(" %s for %s in %s".formatted(count, Count.of(chosen, "cluster"), into)));
            // Not cut to the terminal's width: these are commands to copy.
            written.next()
                    .forEach(next -> world.out()
                            .println("  next:  "
                                    + Visible.text(next.replace(Delivery.Written.FOLDER, into.toString()))));
            world.out().flush();
        });
    }
}

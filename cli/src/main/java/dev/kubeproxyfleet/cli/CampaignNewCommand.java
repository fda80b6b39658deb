package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet campaign new}: the files of a campaign, for people to read. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        description = {
            "Writes a strategy and a configuration that bring those of the selected clusters to a mode that are ready for it.",
            "Nothing starts by that. Run it again later to take in the clusters that have become ready since."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet campaign new leave-ipvs --to NFTABLES --select env=prod -o campaign",
            "  kpfleet campaign new leave-ipvs --to NFTABLES --select env=prod --ring-tag ring -o campaign",
            "  kpfleet campaign new pin-mode --to IPTABLES --select-name '*' -o pin-mode   names the mode where nobody does"
        })
final class CampaignNewCommand implements Callable<Integer> {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private final Kpfleet kpfleet;
    private final Surroundings world;

    @Parameters(paramLabel = "<name>", description = "What the strategy and the configuration are called.")
    private String name = "";

    @Option(
            names = "--to",
            paramLabel = "<mode>",
            required = true,
            description = "NFTABLES; or IPTABLES, which names the mode of clusters that run it and do not name it.")
    private KubeProxyMode to = KubeProxyMode.NFTABLES;

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--ring-tag",
            paramLabel = "<tag>",
            description = "Azure tag whose values are the rings: one stage for each, in their order.")
    private @Nullable String ringTag;

    @Mixin
    private final FolderOptions folder = new FolderOptions();

    CampaignNewCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException(
                    "'%s' is no name of a configuration: small letters, digits and -, at most 63.".formatted(name));
        }
        if (selection.selection().isEmpty()) {
            throw new UsageException(SelectionOptions.WHICH);
        }
        try (FleetClient client = kpfleet.client()) {
            Answer readiness = client.get("/readiness?to=" + to + "&" + selection.query());
            if (!(readiness instanceof Answer.Ok clusters)) {
                return Answers.complain(readiness, world);
            }
            Answer configs = client.get("/configs");
            if (!(configs instanceof Answer.Ok published)) {
                return Answers.complain(configs, world);
            }
            return write(clusters.listOf(ClusterReadiness.class), published.listOf(ConfigView.class));
        }
    }

    private int write(List<ClusterReadiness> clusters, List<ConfigView> published) {
        CampaignFiles files = new CampaignFiles(
                name,
                to,
                selection.selection(),
                ringTag,
                clusters,
                published,
                LocalDate.ofInstant(world.clock().instant(), ZoneOffset.UTC));
        if (files.selected() == 0) {
            world.complain("nothing was written: none of %s is ready for mode %s; '%s readiness --to %s' says why."
                    .formatted(Count.of(clusters.size(), "selected cluster"), to, world.again(), to));
            return ExitCode.REFUSED;
        }
        Map<String, String> written = files.written();
        return folder.write(
                written, "these are " + Count.of(written.size(), "file"), world, into -> tell(files, clusters, into));
    }

    private void tell(CampaignFiles files, List<ClusterReadiness> clusters, Path into) {
        world.print(Symbols.good(world.screen().look())
                .and(" %s of %s in %s; nothing has started"
                        .formatted(files.selected(), Count.of(clusters.size(), "selected cluster"), into)));
        files.notSelected().forEach(line -> world.print(Line.of("  not selected: " + line)));
        String both = "-f %s -f %s".formatted(into.resolve(files.strategyFile()), into.resolve(files.configFile()));
        world.print(Line.command("see what would happen", "plan " + both, world.again()));
        world.print(Line.command("begin", "apply " + both, world.again()));
    }
}

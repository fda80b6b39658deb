package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet readiness}. */
@Command(
        name = "readiness",
        mixinStandardHelpOptions = true,
        description =
                "Says which clusters can leave their mode for NFTABLES, what stands between, and how long AKS supports"
                        + " their versions.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet readiness --to NFTABLES                     all clusters",
            "  kpfleet readiness --to NFTABLES --select env=prod   some of them",
            "  kpfleet readiness --to NFTABLES -o wide             with each finding in a sentence",
            "  kpfleet readiness --to NFTABLES -o csv > fleet.csv  for a spreadsheet; markdown is for a page"
        })
final class ReadinessCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;
    private final Surroundings world;

    @Option(
            names = "--to",
            paramLabel = "<mode>",
            defaultValue = "NFTABLES",
            description =
                    "The mode to change to (default: ${DEFAULT-VALUE}); IPTABLES asks where it can be named, since nobody"
                            + " names a mode.")
    private String to = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<form>",
            defaultValue = "table",
            converter = Converter.class,
            description = {
                "How to print (default: ${DEFAULT-VALUE}): table; wide has each finding in a sentence; csv and markdown have a"
                        + " row for each cluster;",
                "json and yaml are the service's own answer; jsonpath={.items[*].name} and"
                        + " custom-columns=NAME:.name,VERDICT:.verdict take from it, as kubectl's do."
            })
    private Output output = Output.Form.table;

    @Mixin
    private final Pages pages = new Pages();

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    ReadinessCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        String query = "to=" + FleetClient.encode(to);
        String selected = selection.query();
        try (FleetClient client = kpfleet.client()) {
            Answer answer =
                    pages.read(client, "/readiness", selected.isEmpty() ? query : query + "&" + selected, world);
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, world);
            }
            output.print(ok.body(), () -> drawn(ok.listOf(ClusterReadiness.class)), world);
            return ExitCode.OK;
        }
    }

    private List<Line> drawn(List<ClusterReadiness> clusters) {
        return ReadinessTable.of(clusters, output == Output.Form.wide);
    }

    /** Reads what stands after {@code -o} here: two forms more than elsewhere. */
    static final class Converter extends Output.Converter {

        @Override
        SortedMap<String, Output> more() {
            SortedMap<String, Output> more = new TreeMap<>();
            for (Output.Style style : Output.Style.values()) {
                more.put(style.name(), new Output.Rows(style, ReadinessTable.HEADINGS, ReadinessTable::texts));
            }
            return more;
        }
    }
}

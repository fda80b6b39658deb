package dev.kubeproxyfleet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kpfleet campaign …}: a fleet on its way to a mode. */
@Command(
        name = "campaign",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(new | status)",
        description = "Brings a fleet to a mode over weeks and months: first the clusters that are ready for it.")
final class CampaignCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "what to do? 'campaign new' writes the files of a campaign; 'campaign status' says how far one is.");
        }
    }
}

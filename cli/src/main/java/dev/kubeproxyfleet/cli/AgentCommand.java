package dev.kubeproxyfleet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kpfleet agent …}: gets the agent onto nodes. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "(manifest | install | uninstall)",
        description = "Gets the agent onto the nodes of clusters.")
final class AgentCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "what to do? 'agent manifest' writes what kubectl, Helm, Flux, Argo CD or a fleet hub takes;"
                            + " 'agent install' lets the fleet service install it.");
        }
    }
}

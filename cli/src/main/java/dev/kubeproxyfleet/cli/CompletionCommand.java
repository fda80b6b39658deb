package dev.kubeproxyfleet.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** {@code kpfleet completion}: the script that makes a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints completion for bash (and zsh, after bashcompinit).",
        footerHeading = "%nExample:%n",
        footer = "  source <(kpfleet completion)")
final class CompletionCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    CompletionCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() {
        kpfleet.world.out().print(AutoComplete.bash("kpfleet", Kpfleet.commandLine(kpfleet.world)));
        return ExitCode.OK;
    }
}

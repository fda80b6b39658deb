package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kpfleet apply}: publishes configurations. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Publishes a configuration, to be rolled out over the clusters it selects.",
            "It comes from FleetConfig files, or from a file made for 'az aks update --kube-proxy-config' and a selection.",
            "FleetStrategy files are stored, for configurations to refer to."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet apply -f fleet-config.yaml",
            "  kpfleet apply -f fleet-config.yaml --dry-run",
            "  kpfleet apply -f fleet-config.yaml --wait --timeout 2h",
            "  kpfleet apply --name prod-ipvs --kube-proxy-config kube-proxy.json --select env=prod,tier=gold",
            "  kpfleet apply --name all-ipvs --kube-proxy-config kube-proxy.json --select-name '*'"
        })
final class ApplyCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Mixin
    private final DocumentOptions what = new DocumentOptions();

    @Mixin
    private final Publication how = new Publication();

    ApplyCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException, InterruptedException {
        return how.publish(kpfleet, () -> what.read(kpfleet.world.in()));
    }
}

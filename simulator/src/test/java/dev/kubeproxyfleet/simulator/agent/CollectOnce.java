package dev.kubeproxyfleet.simulator.agent;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.FileProcFiles;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/** Takes one snapshot of its machine, on a JVM inside the guest of {@link RefusalsOnRealKernelTest}, and writes it in base64. */
public final class CollectOnce {

    private CollectOnce() {}

    public static void main(String[] arguments) throws Exception {
        NodeCollector collector = new NodeCollector(
                new CollectorSettings("lab", "lab-node", "lab", Duration.ofSeconds(10), 20),
                new FileProcFiles(FileProcFiles.OWN_PROC),
                path -> path.equals("/proxyMode") ? Optional.of("ipvs") : Optional.empty(),
                InstantSource.system());
        byte[] record = collector.collect().toByteBuffer().array();
        Files.write(Path.of(arguments[0]), Base64.getEncoder().encode(record));
    }
}

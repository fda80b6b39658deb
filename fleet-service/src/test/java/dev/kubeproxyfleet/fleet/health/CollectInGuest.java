package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.FileProcFiles;
import dev.kubeproxyfleet.agent.collect.HttpKubeProxyEndpoint;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.collect.ServiceProbe;
import dev.kubeproxyfleet.agent.netlink.IpvsNetlink;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;

/**
 * Takes snapshots with the agent's collecting code, on a JVM inside the guest of {@link ProofOnRealKernelTest}, until it is ended.
 * Each is a line of base64 in the file that is named as the phase that the guest's script is in, if it was in it throughout.
 */
public final class CollectInGuest {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private CollectInGuest() {}

    public static void main(String[] arguments) throws Exception {
        Path out = Path.of(arguments[0]);
        NodeCollector collector = new NodeCollector(
                new CollectorSettings(Snapshots.CLUSTER, "lab-node", "lab", INTERVAL, 20),
                new FileProcFiles(FileProcFiles.OWN_PROC),
                new HttpKubeProxyEndpoint(URI.create("http://127.0.0.1:10249")),
                new IpvsNetlink(),
                ServiceProbe.NONE,
                InstantSource.system());
        while (true) {
            String phase = phase(out);
            NodeStats stats = collector.collect();
            if (phase.equals(phase(out))) {
                ByteBuffer bytes = stats.toByteBuffer();
                String line = Base64.getEncoder().encodeToString(bytes.array()) + "\n";
                Files.writeString(out.resolve(phase), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
            Thread.sleep(INTERVAL);
        }
    }

    private static String phase(Path out) throws Exception {
        return Files.readString(out.resolve("phase")).strip();
    }
}

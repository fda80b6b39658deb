package dev.kubeproxyfleet.simulator.broker;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** Makes data folders, as {@code kafka-storage.sh format} does. */
final class BrokerFolder {

    static final String META_PROPERTIES = "meta.properties";

    private BrokerFolder() {}

    /**
     * @param folder is there, and empty
     * @param scramUsers as {@code --add-scram} takes them
     */
    static void format(Path folder, String clusterId, int id, List<String> scramUsers) throws BrokerStartException {
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(nowhere)
                    .setClusterId(clusterId)
                    .setNodeId(id)
                    .addDirectory(folder.toString())
                    .setMetadataLogDirectory(folder.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setHasDynamicQuorum(false)
                    .setScramArguments(scramUsers)
                    .run();
        } catch (Exception e) {
            throw new BrokerStartException("The data folder " + folder + " cannot be formatted: " + e.getMessage(), e);
        }
    }
}

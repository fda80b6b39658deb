package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.NewCluster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet create-cluster}: a new cluster that has its kube-proxy configuration from the start. */
@Command(
        name = "create-cluster",
        mixinStandardHelpOptions = true,
        description = "Creates an AKS cluster with a config's kube-proxy configuration in its first request, as"
                + " 'az aks create --kube-proxy-config' does. A cluster that exists is left alone.")
final class CreateClusterCommand implements Callable<Integer> {

    /** ARM takes no more. */
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private final Kpfleet kpfleet;

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "<file>",
            description = "The cluster as ARM takes it (ManagedCluster, JSON); - for standard input.")
    private String file = "";

    @Option(
            names = "--config",
            required = true,
            paramLabel = "<config>",
            description = "The published configuration whose kube-proxy settings it gets.")
    private String config = "";

    @Option(names = "--id", paramLabel = "<ARM id>", description = "The cluster's resource id; else the file's \"id\".")
    private @Nullable String id;

    @Mixin
    private final Because because = new Because();

    CreateClusterCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        JsonNode cluster = read();
        String resource = id == null ? cluster.path("id").asText("") : id;
        if (resource.isEmpty()) {
            throw new UsageException(
                    "%s has no \"id\"; name the new cluster with --id /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.ContainerService/managedClusters/<name>."
                            .formatted(file));
        }
        NewCluster wanted = new NewCluster(resource, config, cluster, because.reason());
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.post("/clusters", wanted);
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, kpfleet.world);
            }
            kpfleet.world.print(AuditTable.answer(
                    ok.as(AuditRecord.class), kpfleet.world.screen().look()));
            String name = resource.substring(resource.lastIndexOf('/') + 1);
            kpfleet.world.print(Line.command("look for it in a minute", "get cluster " + name, kpfleet.world.again()));
            return ExitCode.OK;
        }
    }

    private JsonNode read() {
        try (InputStream in =
                file.equals(ConfigFiles.STANDARD_INPUT) ? kpfleet.world.in() : Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UsageException(
                        "%s is larger than the %d MiB that ARM takes.".formatted(file, MAX_BYTES / 1024 / 1024));
            }
            JsonNode read = Json.EXACT.readTree(bytes);
            if (read == null || !read.isObject()) {
                throw new UsageException("%s holds no JSON object.".formatted(file));
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new UsageException("%s is not JSON: %s".formatted(file, e.getOriginalMessage()));
        } catch (IOException | InvalidPathException e) {
            throw new UsageException("%s cannot be read: %s".formatted(file, e.getMessage()));
        }
    }
}

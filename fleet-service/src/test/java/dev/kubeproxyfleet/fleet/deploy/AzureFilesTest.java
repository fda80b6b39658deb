package dev.kubeproxyfleet.fleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AzureFilesTest {

    private static final Path FOLDER = ServiceChart.ROOT.resolve("azure");
    private static final Path MADE = Path.of("target", "deploy", "azure");

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(AzureRole.class)
    void theFilesOfARoleAreMadeOfIt(AzureRole role) throws IOException {
        for (Map.Entry<String, String> file : role.files().entrySet()) {
            Path left = MADE.resolve(file.getKey());
            Files.createDirectories(left.getParent());
            Files.writeString(left, file.getValue());
        }

        assertThat(role.files())
                .hasSize(3)
                .allSatisfy((name, made) -> assertThat(FOLDER.resolve(name))
                        .as(
                                "if the role was changed on purpose: cp fleet-service/%s/%s deploy/azure/%s",
                                MADE, name, name)
                        .hasContent(made));
    }

    @ParameterizedTest
    @EnumSource(AzureRole.class)
    void theCommandLineTakesWhatTheRoleIs(AzureRole role) throws IOException {
        JsonNode json = Json.MAPPER.readTree(role.files().entrySet().stream()
                .filter(file -> file.getKey().endsWith(".json"))
                .findFirst()
                .orElseThrow()
                .getValue());

        assertThat(json.path("Actions")).extracting(JsonNode::asText).isEqualTo(role.actions());
        assertThat(json.path("AssignableScopes")).hasSize(1);
    }

    /** Workload identity lets in the account that the files name, and no other. */
    @ParameterizedTest
    @ValueSource(strings = {"identity/identity.bicep", "identity/identity.tf"})
    void theIdentityTrustsTheServicesAccount(String name) throws IOException {
        ServiceAccount account = ServiceChart.objects(
                        ServiceChart.rendered(folder, ServiceChart.NEEDED), ServiceAccount.class)
                .getFirst();

        assertThat(Files.readString(FOLDER.resolve(name)))
                .contains(
                        "api://AzureADTokenExchange",
                        account.getMetadata().getNamespace() + ":"
                                + account.getMetadata().getName())
                .contains("system:serviceaccount:");
    }

    @Test
    void aRoleThatChangesSomethingIsApartFromOnesThatDoNot() {
        assertThat(AzureRole.KUBERNETES_EVIDENCE.actions()).noneMatch(action -> action.endsWith("/write"));
        assertThat(AzureRole.FEATURE_REGISTRATION.actions()).noneMatch(action -> action.contains("managedClusters"));
        assertThat(AzureRole.CONTROL_PLANE.actions())
                .filteredOn(action -> !action.endsWith("/read"))
                .containsExactly("Microsoft.ContainerService/managedClusters/write");
    }
}

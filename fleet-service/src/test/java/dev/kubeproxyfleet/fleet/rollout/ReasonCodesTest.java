package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.reason.Reason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A code that someone meets can be looked up. */
class ReasonCodesTest {

    private static final Path SOURCES = Path.of("src/main/java/dev/kubeproxyfleet/fleet");

    /** Two words or more, so that no code is mistaken for Azure's own values such as {@code Stopped}. */
    private static final Pattern CODE = Pattern.compile("\"((?:[A-Z][a-z]+){2,}|AutomaticSku|KubeProxyConfig\\w+)\"");

    private static final Set<String> ACTIONS = Set.of("CreateCluster", "FinishRollback", "RegisterFeature");

    /** Names in Azure's error bodies. */
    private static final Set<String> MEMBERS =
            Set.of("DisplayName", "PolicyViolation", "RequestDisallowedByPolicy", "OperationNotAllowed");

    @Test
    void everyReasonCodeIsInTheVocabulary() throws IOException {
        assertThat(codes())
                .hasSizeGreaterThan(60)
                .allSatisfy(code -> assertThat(ReasonCode.of(code)).isInstanceOf(Reason.class));
    }

    private static Set<String> codes() throws IOException {
        Set<String> codes = new TreeSet<>();
        for (String folder :
                List.of("rollout", "intake", "controller", "azure", "view", "explain", "creation", "api")) {
            try (Stream<Path> files = Files.list(SOURCES.resolve(folder))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    Matcher found = CODE.matcher(Files.readString(file));
                    while (found.find()) {
                        codes.add(found.group(1));
                    }
                }
            }
        }
        codes.removeAll(ACTIONS);
        codes.removeAll(MEMBERS);
        return codes;
    }
}

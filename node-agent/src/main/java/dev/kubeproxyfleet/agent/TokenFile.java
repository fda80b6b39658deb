package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.schemas.agent.AgentToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * The service account token that the kubelet mounts and replaces. It is read for each snapshot, so that what is sent is valid when
 * it is sent. Without it a snapshot is sent all the same: whether it counts, the service decides. Not thread-safe.
 */
final class TokenFile {

    private static final Logger LOG = Logger.getLogger(TokenFile.class);

    private final Path file;
    private boolean missing;

    TokenFile(Path file) {
        this.file = file;
    }

    /** The headers of each snapshot, read when they are asked for; none where no file is named. */
    static Supplier<List<Header>> headers(Optional<Path> file) {
        return file.<Supplier<List<Header>>>map(named -> new TokenFile(named)::headers)
                .orElse(List::of);
    }

    /** A record that is printed, by Kafka's client for example, must not give the token away. */
    private record TokenHeader(byte[] value) implements Header {

        @Override
        public String key() {
            return AgentToken.HEADER;
        }

        @Override
        public String toString() {
            return AgentToken.HEADER + " of " + value.length + " bytes";
        }
    }

    /** The header that a snapshot is sent with; none if there is no token. */
    List<Header> headers() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(AgentToken.MAX_BYTES + 1);
            byte[] token =
                    new String(content, StandardCharsets.US_ASCII).strip().getBytes(StandardCharsets.US_ASCII);
            if (token.length == 0 || token.length > AgentToken.MAX_BYTES) {
                return without("it is empty, or has more than " + AgentToken.MAX_BYTES + " bytes");
            }
            if (missing) {
                LOG.infof("%s can be read again", file);
                missing = false;
            }
            return List.of(new TokenHeader(token));
        } catch (IOException e) {
            return without(e.toString());
        }
    }

    private List<Header> without(String why) {
        if (!missing) {
            LOG.warnf(
                    "snapshots go without a token, since there is none in %s (%s); see kpfleet.agent.token-file, and the volume of"
                            + " the pod that is mounted there",
                    file, why);
            missing = true;
        }
        return List.of();
    }
}

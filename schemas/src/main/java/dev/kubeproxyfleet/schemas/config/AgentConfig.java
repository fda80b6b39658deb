package dev.kubeproxyfleet.schemas.config;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The node agents that a cluster shall have, or has. Where they are enabled, all else is given; where not, nothing is.
 *
 * @param enabled false: the cluster has none
 * @param image for nodes of architecture amd64
 * @param jvmImage for nodes of architecture arm64
 * @param kafka brokers that they report to, see {@link AgentManifest#brokers()}
 */
public record AgentConfig(
        boolean enabled,
        @Nullable String image,
        @Nullable String jvmImage,
        @Nullable String kafka) {

    /** No agents. */
    public static final AgentConfig DISABLED = new AgentConfig(false, null, null, null);

    /** @throws IllegalArgumentException if more or less is given than goes together */
    public AgentConfig {
        boolean whole = image != null && jvmImage != null && kafka != null;
        boolean bare = image == null && jvmImage == null && kafka == null;
        if (enabled ? !whole : !bare) {
            throw new IllegalArgumentException(
                    "agents that are enabled have image, jvmImage and kafka; agents that are not have none of them");
        }
    }

    /**
     * Agents as they are installed.
     *
     * @throws IllegalStateException if they are not enabled
     */
    public AgentManifest manifest() {
        if (!enabled) {
            throw new IllegalStateException("agents that are not enabled have no manifest");
        }
        return new AgentManifest(
                Objects.requireNonNull(kafka), Objects.requireNonNull(image), Objects.requireNonNull(jvmImage));
    }

    /** For people, in place of a noun: {@code agents <image>, <jvmImage> for <kafka>}, or {@code no agents}. */
    public String describe() {
        return enabled ? "agents " + image + ", " + jvmImage + " for " + kafka : "no agents";
    }
}

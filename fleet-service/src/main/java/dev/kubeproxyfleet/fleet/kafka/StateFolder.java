package dev.kubeproxyfleet.fleet.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;

/**
 * What an application keeps on the local disk is a copy of changelogs, which belong to one set of topics. Where topics have been created
 * anew, or come from a backup, under the same names, a copy of the earlier ones would pass for theirs.
 */
final class StateFolder {

    private final Path owner;

    /** @param stateDir {@code kpfleet.kafka.state-dir} */
    StateFolder(Path stateDir, String applicationId) {
        this.owner = stateDir.resolve(applicationId + ".topics");
    }

    /**
     * Whether it is of other topics. Of one that does not say, as an earlier version left it, that is not known, and not supposed.
     *
     * @param topics id of a topic that is created with the others
     */
    boolean isOfOthers(Uuid topics) throws IOException {
        return Files.exists(owner) && !Files.readString(owner).equals(topics.toString());
    }

    void claim(Uuid topics) throws IOException {
        Files.createDirectories(owner.getParent());
        Files.writeString(owner, topics.toString());
    }
}

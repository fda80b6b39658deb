package dev.kubeproxyfleet.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command writes its files. */
final class FolderOptions {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<folder>",
            description = "Write the files into this folder; else a single file goes to standard output.")
    private @Nullable Path folder;

    @Option(names = "--force", description = "With -o: overwrite files that are not as this command wrote them, too.")
    private boolean force;

    /** Whether the user has said where. */
    boolean isNamed() {
        return folder != null;
    }

    /**
     * Writes the files into the folder, or the only one to standard output.
     *
     * @param several why not, where there are several and no folder: a sentence without its end
     * @param written says what was written, and where
     * @return the exit code
     */
    int write(Map<String, String> files, String several, Surroundings world, Consumer<Path> written) {
        if (folder != null) {
            Path into = folder;
            return new WrittenFolder(into).save(files, force, world, () -> written.accept(into));
        }
        if (files.size() != 1) {
            throw new UsageException(several + "; name a folder for them with -o.");
        }
        world.out().print(files.values().iterator().next());
        world.out().flush();
        return ExitCode.OK;
    }
}

package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.KubeProxyRead;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say what to publish: files, or a kube-proxy configuration and a selection. */
final class DocumentOptions {

    @Option(
            names = {"-f", "--filename"},
            paramLabel = "<file>",
            description =
                    "A FleetConfig or FleetStrategy in YAML or JSON; - is standard input. May be given several times.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--name", paramLabel = "<config>", description = "With --kube-proxy-config: the config's name.")
    private @Nullable String name;

    @Option(
            names = "--kube-proxy-config",
            paramLabel = "<file>",
            description =
                    "A kube-proxy.json as 'az aks' takes it, or the output of 'az aks show'; - is standard input.")
    private @Nullable String kubeProxyConfig;

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    /** What the options name, read and judged; strategies come first, since configs may refer to them. */
    List<ConfigFiles.Document> read(InputStream standardInput) {
        List<ConfigFiles.Document> documents = new ArrayList<>();
        List<ConfigFiles.Document> configs = new ArrayList<>();
        for (ConfigFiles.Document document : documents(standardInput)) {
            (document instanceof ConfigFiles.Strategy ? documents : configs).add(document);
        }
        documents.addAll(configs);
        return documents;
    }

    private List<ConfigFiles.Document> documents(InputStream standardInput) {
        if (kubeProxyConfig == null) {
            if (files.isEmpty()) {
                throw new UsageException(
                        "what to publish? Give -f <fleet-config.yaml>, or --name, --kube-proxy-config and --select.");
            }
            if (name != null || !selection.selection().isEmpty()) {
                throw new UsageException(
                        "--name and the selection go with --kube-proxy-config; a FleetConfig file has its own.");
            }
            if (files.stream().filter(ConfigFiles.STANDARD_INPUT::equals).count() > 1) {
                throw new UsageException("standard input can be read only once.");
            }
            return ConfigFiles.eachOnce(files.stream()
                    .map(file -> ConfigFiles.read(file, standardInput))
                    .toList());
        }
        if (!files.isEmpty()) {
            throw new UsageException("give either -f or --kube-proxy-config.");
        }
        if (name == null) {
            throw new UsageException("--kube-proxy-config needs --name: what the configuration is called from now on.");
        }
        if (selection.selection().isEmpty()) {
            throw new UsageException(SelectionOptions.WHICH);
        }
        return List.of(ConfigFiles.aroundKubeProxy(name, kubeProxyConfig, standardInput, selection.selection()));
    }

    /** Says on standard error what is wrong with the documents, and what was made of those that are not; true if something is. */
    static boolean complain(List<ConfigFiles.Document> documents, Surroundings world) {
        boolean bad = false;
        for (ConfigFiles.Document document : documents) {
            switch (document) {
                case ConfigFiles.Bad(String source, List<Flaw> flaws) -> {
                    flaws.forEach(flaw -> world.complain(flaw.sentence(source)));
                    bad = true;
                }
                case ConfigFiles.Other other -> {
                    other(other, world.program())
                            .forEach(sentence -> world.complain(LintCommand.sentence(other.source(), sentence)));
                    bad = true;
                }
                case ConfigFiles.Config config ->
                    config.notes()
                            .forEach(note -> world.complain(LintCommand.sentence(
                                    config.source(),
                                    note + ": "
                                            + config.config().spec().desired().describe())));
                case ConfigFiles.Strategy _ -> {}
            }
        }
        return bad;
    }

    /** What such a file is, what is wrong with it, and the command that takes it where one does. */
    private static List<String> other(ConfigFiles.Other other, String program) {
        KubeProxyRead.Kind kind = other.read().kind();
        String command = program + " " + OtherFileAdvice.command(other.source(), kind);
        return switch (other.read()) {
            case KubeProxyRead.Valid _ ->
                List.of("this is %s, which --kube-proxy-config takes and -f does not; try %s"
                        .formatted(kind.words(), command));
            case KubeProxyRead.Invalid _
            when kind == KubeProxyRead.Kind.FLEET_DOCUMENT ->
                List.of("this is %s, which -f takes and --kube-proxy-config does not; try %s"
                        .formatted(kind.words(), command));
            case KubeProxyRead.Invalid invalid -> {
                List<String> sentences = new ArrayList<>(ConfigFiles.sentences(invalid.problems()));
                sentences.add("this is %s and no FleetConfig; a file made for az is given with --kube-proxy-config."
                        .formatted(kind.words()));
                yield sentences;
            }
        };
    }
}

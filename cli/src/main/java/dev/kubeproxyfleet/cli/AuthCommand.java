package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.access.AccessReview;
import dev.kubeproxyfleet.schemas.access.Permission;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code kpfleet auth …}: what somebody may do. */
@Command(
        name = "auth",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "can-i",
        description = "Says what you may do.")
final class AuthCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "what to do? 'auth can-i <action>' says whether you may do something.");
        }
    }

    /** {@code kpfleet auth can-i}. */
    @Command(
            name = "can-i",
            mixinStandardHelpOptions = true,
            description = "Says whether you may do something, and by which role.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:yes", "1:no"},
            footerHeading = "%nExamples:%n",
            footer = {"  kpfleet auth can-i approve", "  kpfleet auth can-i publish --cluster prod-weu-01"})
    static final class CanI extends Reading {

        @Parameters(
                paramLabel = "<action>",
                converter = Actions.class,
                completionCandidates = Actions.class,
                description = "One of ${COMPLETION-CANDIDATES}.")
        private Permission action = Permission.View;

        @Option(
                names = "--cluster",
                paramLabel = "<cluster>",
                description = "Whether for this cluster, by name or ARM resource id; else whether for anything at all.")
        private @Nullable String cluster;

        CanI(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                Answer answer = client.get("/access?action=" + action.text()
                        + (cluster == null ? "" : "&cluster=" + FleetClient.encode(cluster)));
                if (!(answer instanceof Answer.Ok ok)) {
                    return Answers.complain(answer, world);
                }
                AccessReview review = ok.as(AccessReview.class);
                print(
                        ok.body(),
                        () -> List.of((review.allowed() ? Line.of("yes", Tone.GOOD) : Line.of("no", Tone.BAD))
                                .and(": " + review.message())));
                return review.allowed() ? ExitCode.OK : ExitCode.OUTCOME_FAILED;
            }
        }
    }

    /** The actions by the words that the API has for them. */
    static final class Actions implements ITypeConverter<Permission>, Iterable<String> {

        @Override
        public Permission convert(String text) {
            return Permission.parse(text)
                    .orElseThrow(() -> new TypeConversionException("'%s' is none of %s"
                            .formatted(
                                    text,
                                    Arrays.stream(Permission.values())
                                            .map(Permission::text)
                                            .collect(Collectors.joining(", ")))));
        }

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Permission.values()).map(Permission::text).iterator();
        }
    }
}

package dev.kubeproxyfleet.fleet;

import dev.kubeproxyfleet.fleet.selfcheck.CheckEnded;
import dev.kubeproxyfleet.fleet.selfcheck.SelfCheck;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.util.List;
import java.util.stream.IntStream;

/** Starts the service, or looks whether it could be started. */
@QuarkusMain
public final class Main {

    /** Exit code for a configuration that the service does not start with, and for arguments that it does not know. */
    private static final int INVALID = 2;

    /** What the check does not need, and must not write. */
    private static final List<String> LOGS = List.of("quarkus.log.console.enabled", "quarkus.log.file.enabled");

    /** What the configuration puts before some of its messages. */
    private static final String NO_MESSAGE = "java.lang.IllegalArgumentException: ";

    private Main() {}

    /** @param arguments none, or {@link SelfCheck#ARGUMENT} */
    public static void main(String... arguments) {
        List<String> given = List.of(arguments);
        if (given.isEmpty()) {
            Quarkus.run();
        } else if (given.equals(List.of(SelfCheck.ARGUMENT))) {
            LOGS.forEach(log -> System.setProperty(log, "false"));
            Quarkus.run(null, (code, failure) -> System.exit(tell(code, failure)), arguments);
        } else {
            System.err.println("The only argument is " + SelfCheck.ARGUMENT
                    + ", which looks whether the service could work; not " + String.join(" ", given));
            System.exit(INVALID);
        }
    }

    /** Prints how the check has ended, and returns the exit code. */
    private static int tell(int code, Throwable failure) {
        return switch (ExceptionUtil.getRootCause(failure)) {
            case CheckEnded ended -> {
                System.out.println(ended.getMessage());
                yield ended.exitCode();
            }
            case ConfigValidationException invalid -> {
                IntStream.range(0, invalid.getProblemCount())
                        .forEach(i -> System.out.println(
                                "invalid  " + invalid.getProblem(i).getMessage().replace(NO_MESSAGE, "")));
                System.out.println("The settings are not valid, so that nothing else was looked at.");
                yield INVALID;
            }
            case Throwable other -> {
                System.err.println("The check failed: " + other);
                yield code;
            }
        };
    }
}

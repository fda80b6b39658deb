package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.login.LoginException;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;

/** What commands do alike with an answer that is not the one hoped for. */
final class Answers {

    private Answers() {}

    /** Says on standard error why there is nothing to show, and returns the exit code for it. */
    static int complain(Answer answer, Surroundings world) {
        return switch (answer) {
            case Answer.Ok _ -> ExitCode.OK;
            case Answer.Pending pending -> {
                world.complain(
                        "the service took the request (id %s), but its controller has not answered yet; see '%s audit'."
                                .formatted(pending.requestId(), world.again()));
                yield ExitCode.UNFINISHED;
            }
            case Answer.Refused(int status, ApiError error) -> {
                boolean placed = error.path() == null || error.message().contains(error.path());
                String where = placed ? "" : error.path() + ": ";
                String code =
                        error.code().code().isEmpty() ? "" : " [" + error.code().code() + "]";
                world.complain(where + error.message() + code);
                if (error.candidates() != null) {
                    error.candidates().forEach(world::complainFurther);
                }
                if (status == Answer.Refused.LOGIN) {
                    world.complainFurther(
                            "People log in with '%1$s login'; programs with '%1$s login --federated', or with --token-file."
                                    .formatted(world.again()));
                }
                if (error.code() == RequestReason.NotPermitted) {
                    world.complainFurther("'%s whoami' says what you are.".formatted(world.again()));
                }
                yield ExitCode.REFUSED;
            }
            case Answer.NotAsked(LoginException cause) -> {
                world.complain(cause.message());
                yield ExitCode.of(cause.obstacle());
            }
            case Answer.Unreachable unreachable -> {
                world.complain(unreachable.message());
                yield ExitCode.UNREACHABLE;
            }
        };
    }
}

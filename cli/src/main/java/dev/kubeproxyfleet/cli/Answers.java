package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.JsonNode;

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
                                .formatted(pending.requestId(), world.program()));
                yield ExitCode.UNFINISHED;
            }
            case Answer.Refused refused -> {
                boolean placed = refused.path() == null || refused.message().contains(refused.path());
                String where = placed ? "" : refused.path() + ": ";
                String code = refused.code().isEmpty() ? "" : " [" + refused.code() + "]";
                world.complain(where + refused.message() + code);
                for (JsonNode candidate : refused.body().path("candidates")) {
                    world.complainFurther(candidate.asText());
                }
                yield ExitCode.REFUSED;
            }
            case Answer.Unreachable unreachable -> {
                world.complain(unreachable.message());
                yield ExitCode.UNREACHABLE;
            }
        };
    }
}

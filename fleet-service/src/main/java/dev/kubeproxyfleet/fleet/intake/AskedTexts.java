package dev.kubeproxyfleet.fleet.intake;

import dev.kubeproxyfleet.fleet.intake.Intake.Received;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Holds the names and ids of what people ask for to {@link Limits}. Reasons and actors are cut instead, where they are read. */
public final class AskedTexts {

    private AskedTexts() {}

    /** Why a command cannot be taken; empty if nothing is wrong with it. */
    public static Optional<Received.Rejected> refusal(Command command) {
        return Stream.of(
                        name("/config", command.config()),
                        text("/id", command.id(), Limits.MAX_ID_LENGTH),
                        optional("/rollout", command.rollout(), Limits.MAX_ID_LENGTH),
                        optional("/cluster", command.cluster(), Limits.MAX_RESOURCE_ID_LENGTH),
                        optional("/gate", command.gate(), Limits.MAX_NAME_LENGTH),
                        judgement(command))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Who overrules or answers a gate says which, and why. */
    private static Optional<Received.Rejected> judgement(Command command) {
        return switch (command.action()) {
            case Override ->
                needed("/gate", command.gate(), command).or(() -> needed("/reason", command.reason(), command));
            case Answer ->
                needed("/gate", command.gate(), command)
                        .or(() -> needed("/verdict", command.verdict(), command))
                        .or(() -> needed("/reason", command.reason(), command));
            case Pause, Resume, Abort, Approve, Reject, Retry, Skip, Promote, Rollback, Rerun -> Optional.empty();
        };
    }

    private static Optional<Received.Rejected> needed(String path, @Nullable Object given, Command command) {
        return given != null
                ? Optional.empty()
                : Optional.of(new Received.Rejected(
                        DocumentReason.MissingField, path, path + " is missing; " + command.action() + " needs it"));
    }

    /** Of an event: both are remembered with what it changed. */
    static Optional<Received.Rejected> refusal(String source, String id) {
        return text("/source", source, Limits.MAX_SOURCE_LENGTH).or(() -> text("/id", id, Limits.MAX_ID_LENGTH));
    }

    /** @param path of the name; empty for the record's key */
    static Optional<Received.Rejected> name(String path, String name) {
        if (name.length() > Limits.MAX_NAME_LENGTH) {
            return Optional.of(tooLong(path, name, Limits.MAX_NAME_LENGTH));
        }
        return Limits.isName(name)
                ? Optional.empty()
                : Optional.of(new Received.Rejected(
                        DocumentReason.InvalidValue,
                        path,
                        subject(path) + " cannot name anything here: names have lower-case letters, digits and '-'"));
    }

    private static Optional<Received.Rejected> optional(String path, @Nullable String text, int maxLength) {
        return text == null ? Optional.empty() : text(path, text, maxLength);
    }

    private static Optional<Received.Rejected> text(String path, String text, int maxLength) {
        if (text.length() > maxLength) {
            return Optional.of(tooLong(path, text, maxLength));
        }
        return Limits.isText(text, maxLength)
                ? Optional.empty()
                : Optional.of(new Received.Rejected(
                        DocumentReason.InvalidValue, path, subject(path) + " has control characters"));
    }

    private static Received.Rejected tooLong(String path, String text, int maxLength) {
        return new Received.Rejected(
                RecordReason.TooLong,
                path,
                subject(path) + " has " + text.length() + " characters; at most " + maxLength + " are allowed");
    }

    private static String subject(String path) {
        return path.isEmpty() ? "the record key" : path;
    }
}

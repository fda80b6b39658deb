package dev.kubeproxyfleet.fleet.check;

import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which gates are to be asked, when, and what came of it. A gate is asked while its stage bakes and its rollout runs, until it has a
 * verdict from anybody or is overruled. Whatever interrupts that, such as a pause or another replica, begins its measurements anew.
 * Not thread-safe.
 */
final class Questions {

    /** Who answers, in the audit trail. */
    static final String ACTOR = "fleet-service";

    private record Key(String rollout, String gate) {}

    /** A gate of a stage that bakes. */
    static final class Question {

        private final String rollout;
        private final String config;
        private final String gate;
        private final HttpCheck check;
        private final Instant stageSince;
        private Instant baked;
        private Instant due;
        private Course course = Course.BEGIN;
        private boolean isAsked;
        private boolean isAnswered;

        Question(RolloutStatus rollout, String gate, HttpCheck check, RolloutStatus.Stage stage, Instant now) {
            this.rollout = rollout.id();
            this.config = rollout.config();
            this.gate = gate;
            this.check = check;
            this.stageSince = stage.since();
            this.baked = endOf(stage);
            this.due = now;
        }

        HttpCheck check() {
            return check;
        }

        @Override
        public String toString() {
            return "rollout=" + rollout + " gate=" + gate;
        }

        private boolean isThatOf(Question other) {
            return stageSince.equals(other.stageSince) && check.equals(other.check);
        }

        private boolean isDue(Instant now) {
            return !isAsked && !isAnswered && !due.isAfter(now);
        }
    }

    private final Map<Key, Question> open = new HashMap<>();

    /** @param status what is known of the rollout now; null if it is gone */
    void follow(String rollout, @Nullable RolloutStatus status, Instant now) {
        Map<Key, Question> wanted = new HashMap<>();
        if (status != null && status.state() == RolloutStatus.State.Running) {
            status.stages().stream()
                    .filter(stage -> stage.state() == RolloutStatus.StageState.Baking)
                    .forEach(stage -> wanted(status, stage, now)
                            .forEach(question -> wanted.put(new Key(rollout, question.gate), question)));
        }
        open.keySet().removeIf(key -> key.rollout().equals(rollout) && !wanted.containsKey(key));
        wanted.forEach((key, question) -> open.merge(key, question, (known, fresh) -> {
            if (!known.isThatOf(fresh)) {
                return fresh;
            }
            // A person may have ended the bake early.
            known.baked = fresh.baked;
            return known;
        }));
    }

    private static List<Question> wanted(RolloutStatus status, RolloutStatus.Stage stage, Instant now) {
        List<Question> wanted = new ArrayList<>();
        for (ExternalGate gate : status.spec().gate().external()) {
            HttpCheck check = gate.http();
            if (check != null && isAwaited(stage, gate.name())) {
                wanted.add(new Question(status, gate.name(), check, stage, now));
            }
        }
        return wanted;
    }

    private static boolean isAwaited(RolloutStatus.Stage stage, String gate) {
        return stage.gates().stream()
                .anyMatch(known -> known.name().equals(gate) && known.verdict() == null && known.overruled() == null);
    }

    private static Instant endOf(RolloutStatus.Stage stage) {
        return stage.until() == null ? stage.since() : stage.until();
    }

    /** How many gates are asked, due or not. */
    int size() {
        return open.size();
    }

    /** Forgets all: somebody else asks from now on. */
    void clear() {
        open.clear();
    }

    /** Those whose time has come, the longest overdue first. Each is to be asked once, and reported by {@link #take}. */
    List<Question> due(Instant now, int atMost) {
        List<Question> due = open.values().stream()
                .filter(question -> question.isDue(now))
                .sorted(Comparator.comparing(question -> question.due))
                .limit(atMost)
                .toList();
        due.forEach(question -> {
            question.isAsked = true;
            question.due = now.plus(question.check.interval());
        });
        return due;
    }

    /**
     * Takes what came of asking.
     *
     * @param begun when it was asked
     * @return the answer that is to be given; empty as long as there is none, and where nobody waits for it any more
     */
    Optional<Command> take(Question question, Measurement measurement, Instant begun, Instant now) {
        if (open.get(new Key(question.rollout, question.gate)) != question) {
            return Optional.empty();
        }
        question.isAsked = false;
        return switch (question.course.take(question.check, measurement, !begun.isBefore(question.baked))) {
            case Course.Step.GoOn(Course next) -> {
                question.course = next;
                yield Optional.empty();
            }
            case Course.Step.Conclude conclusion -> {
                question.isAnswered = true;
                yield Optional.of(answer(question, conclusion, now));
            }
        };
    }

    /** The answer may not have reached the topic: measures anew. */
    void notGiven(Question question) {
        question.isAnswered = false;
        question.course = Course.BEGIN;
    }

    /** Of one bake there is one answer, whoever measured it. */
    private static Command answer(Question question, Course.Step.Conclude conclusion, Instant now) {
        return new Command(
                "gate/" + question.rollout + "/" + question.gate + "/" + question.stageSince.toEpochMilli(),
                question.config,
                question.rollout,
                Command.Action.Answer,
                null,
                question.gate,
                conclusion.verdict(),
                question.stageSince,
                ACTOR,
                conclusion.reason(),
                now);
    }
}

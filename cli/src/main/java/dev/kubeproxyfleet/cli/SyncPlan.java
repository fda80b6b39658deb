package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of each document, from values alone: what Git has, what is in force, and what Git has said last.
 *
 * @param overwrite names of configs and strategies of which Git's word counts, whatever was done past it
 * @param prune whether what is gone from Git is deleted
 */
record SyncPlan(Scope scope, Set<String> overwrite, boolean prune) {

    /**
     * What is synced of a commit.
     *
     * @param holds whether a path is one of those that are synced
     * @param exists whether the commit has a document at a path, synced or not
     */
    record Scope(String repository, String ref, String commit, Predicate<String> holds, Predicate<String> exists) {}

    private static final String CHANGE = "change the file, or ";
    private static final String OVERWRITE = "give --overwrite ";

    /** A document that Git has. */
    record Wanted(Named named, Origin origin) {}

    /**
     * What the service has.
     *
     * @param inForce false of what was deleted past Git
     * @param provenance null if it never came from Git
     */
    record Known(Named named, boolean inForce, @Nullable Provenance provenance) {}

    /** What is done, or why nothing is. */
    enum Step {
        /** Git's word becomes what is desired. */
        Publish(true),
        /** What is in force is what Git has; the service is only told where in Git it stands. */
        Adopt(true),
        Delete(true),
        /** Git's word is in force. */
        InStep(false),
        /** Git has it no more, and it stays. */
        Gone(false),
        /** Somebody has published something else. */
        LeftToHand(false),
        /** It comes from somewhere else in Git. */
        LeftToOther(false);

        private final boolean acts;

        Step(boolean acts) {
            this.acts = acts;
        }

        boolean acts() {
            return acts;
        }

        /** Whether something else is in force than what Git has. */
        boolean leaves() {
            return this == LeftToHand || this == LeftToOther;
        }
    }

    /**
     * @param origin where it stands in Git; of what is gone from there, where it stood
     * @param message one sentence for people, without its end
     */
    record Decision(Named named, Origin origin, Step step, String message) {}

    /** Strategies come first where they are published, since configs may refer to them, and last where they are deleted. */
    private static final Comparator<Decision> ORDER = Comparator.comparing(
                    (Decision decision) -> decision.step() == Step.Delete)
            .thenComparing(decision -> decision.named().isStrategy() == (decision.step() == Step.Delete))
            .thenComparing(decision -> decision.named().name());

    /**
     * Decides all.
     *
     * @param wanted each name once
     * @param isSame whether what is in force is what Git has; asked only where nothing else tells
     */
    List<Decision> decide(List<Wanted> wanted, List<Known> known, Predicate<Wanted> isSame) {
        Map<Named, Known> byName = new HashMap<>();
        known.forEach(each -> byName.put(each.named(), each));
        List<Decision> decisions = new ArrayList<>();
        Set<Named> inGit = new HashSet<>();
        for (Wanted each : wanted) {
            inGit.add(each.named());
            decisions.add(decide(each, byName.get(each.named()), isSame));
        }
        for (Known each : known) {
            Provenance provenance = each.provenance();
            if (each.inForce() && provenance != null && !inGit.contains(each.named()) && wasHere(provenance.origin())) {
                decisions.add(gone(each.named(), provenance));
            }
        }
        decisions.sort(ORDER);
        return decisions;
    }

    /** Those of which it must be known whether what is in force is what Git has. */
    static List<Named> unclear(List<Wanted> wanted, List<Known> known) {
        Set<Named> unclear = known.stream()
                .filter(Known::inForce)
                .filter(each -> each.provenance() == null || each.provenance().overwrittenBy() != null)
                .map(Known::named)
                .collect(Collectors.toSet());
        return wanted.stream().map(Wanted::named).filter(unclear::contains).toList();
    }

    private Decision decide(Wanted wanted, @Nullable Known known, Predicate<Wanted> isSame) {
        Provenance provenance = known == null ? null : known.provenance();
        boolean inForce = known != null && known.inForce();
        if (provenance == null) {
            return inForce
                    ? beside(wanted, "it was published past Git", OVERWRITE, isSame)
                    : publish(wanted, "it is new in Git");
        }
        Origin last = provenance.origin();
        String by = provenance.overwrittenBy();
        if (!isOurs(last, wanted.origin())) {
            return overwrites(wanted)
                    ? publish(wanted, "it is taken over from " + last.words())
                    : of(
                            wanted,
                            Step.LeftToOther,
                            "it comes from " + last.words() + "; to take it over, give --overwrite "
                                    + wanted.named().name() + ", and take it away there");
        }
        if (!last.blob().equals(wanted.origin().blob())) {
            return publish(
                    wanted, by == null ? "it has changed in Git" : "it has changed in Git since " + by + " changed it");
        }
        if (by == null) {
            return last.file().equals(wanted.origin().file())
                    ? of(wanted, Step.InStep, "it is as in Git")
                    : of(wanted, Step.Adopt, "it has moved there from " + last.file());
        }
        return inForce
                ? beside(wanted, by + " has published something else", CHANGE + OVERWRITE, isSame)
                : overwrites(wanted)
                        ? publish(wanted, by + " has deleted it")
                        : of(wanted, Step.LeftToHand, help(by + " has deleted it", CHANGE + OVERWRITE, wanted));
    }

    /** Something is in force that Git has not said. */
    private Decision beside(Wanted wanted, String what, String help, Predicate<Wanted> isSame) {
        if (isSame.test(wanted)) {
            return of(wanted, Step.Adopt, what + ", and it is the same");
        }
        return overwrites(wanted) ? publish(wanted, what) : of(wanted, Step.LeftToHand, help(what, help, wanted));
    }

    private static String help(String what, String help, Wanted wanted) {
        return what + "; to publish what Git has, " + help + wanted.named().name();
    }

    private Decision gone(Named named, Provenance provenance) {
        Origin last = provenance.origin();
        Origin here = new Origin(last.repository(), last.ref(), last.file(), scope.commit(), last.blob());
        String what = last.file() + " is gone from Git";
        String by = provenance.overwrittenBy();
        if (by != null && !overwrite.contains(named.name())) {
            return new Decision(
                    named, here, Step.Gone, what + ", and " + by + " has published something else, which stays");
        }
        return prune
                ? new Decision(named, here, Step.Delete, what)
                : new Decision(named, here, Step.Gone, what + "; --prune deletes it");
    }

    private boolean overwrites(Wanted wanted) {
        return overwrite.contains(wanted.named().name());
    }

    private static Decision publish(Wanted wanted, String why) {
        return of(wanted, Step.Publish, why);
    }

    private static Decision of(Wanted wanted, Step step, String message) {
        return new Decision(wanted.named(), wanted.origin(), step, message);
    }

    /** Whether it came from the files that are synced. */
    private boolean wasHere(Origin origin) {
        return origin.repository().equals(scope.repository())
                && origin.ref().equals(scope.ref())
                && scope.holds().test(origin.file());
    }

    /** Whether it came from where it is now, or has moved from there: what others sync is not ours. */
    private boolean isOurs(Origin last, Origin now) {
        return wasHere(last)
                || last.repository().equals(now.repository())
                        && last.ref().equals(now.ref())
                        && !scope.exists().test(last.file());
    }
}

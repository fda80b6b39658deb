package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.cli.SyncPlan.Decision;
import dev.kubeproxyfleet.cli.SyncPlan.Known;
import dev.kubeproxyfleet.cli.SyncPlan.Step;
import dev.kubeproxyfleet.cli.SyncPlan.Wanted;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is in Git, what is in force, and whose word it is: each combination has one answer. */
class SyncPlanTest {

    private static final String REPOSITORY = "git.example/fleet";
    private static final String COMMIT = "c".repeat(40);
    private static final String OLD = "0".repeat(40);
    private static final String NEW = "1".repeat(40);
    private static final Named PROD = new Named("FleetConfig", "prod");
    private static final Set<String> EXISTING = Set.of("fleet/prod.yaml", "fleet/dev.yaml", "other/prod.yaml");

    private static Origin origin(String repository, String ref, String file, String blob) {
        return new Origin(repository, ref, file, COMMIT, blob);
    }

    private static SyncPlan plan(Set<String> overwrite, boolean prune) {
        return new SyncPlan(
                new SyncPlan.Scope(REPOSITORY, "main", COMMIT, file -> file.startsWith("fleet/"), EXISTING::contains),
                overwrite,
                prune);
    }

    private static final Wanted WANTED = new Wanted(PROD, origin(REPOSITORY, "main", "fleet/prod.yaml", NEW));

    private static Known known(boolean inForce, @Nullable Origin last, @Nullable String by) {
        return new Known(PROD, inForce, last == null ? null : new Provenance(last, by));
    }

    /**
     * Repository, ref and file of Git's last word; {@code -} where there is none. Who has overwritten it; {@code -} where nobody has.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // in force | last word                        | blob | by  | same  | without      | with --overwrite
                "true  | git.example/fleet main fleet/prod.yaml  | new  | -   | false | InStep       | InStep",
                "true  | git.example/fleet main fleet/prod.yaml  | old  | -   | false | Publish      | Publish",
                "true  | git.example/fleet main fleet/prod.yaml  | new  | bob | false | LeftToHand   | Publish",
                "true  | git.example/fleet main fleet/prod.yaml  | new  | bob | true  | Adopt        | Adopt",
                "true  | git.example/fleet main fleet/prod.yaml  | old  | bob | false | Publish      | Publish",
                "false | git.example/fleet main fleet/prod.yaml  | new  | bob | false | LeftToHand   | Publish",
                "false | git.example/fleet main fleet/prod.yaml  | old  | bob | false | Publish      | Publish",
                // moved within the folder, and from a place that is gone
                "true  | git.example/fleet main fleet/dev.yaml   | new  | -   | false | Adopt        | Adopt",
                "true  | git.example/fleet main gone/prod.yaml   | new  | -   | false | Adopt        | Adopt",
                "true  | git.example/fleet main gone/prod.yaml   | old  | -   | false | Publish      | Publish",
                // the files of others
                "true  | git.example/fleet main other/prod.yaml  | old  | -   | false | LeftToOther  | Publish",
                "true  | git.example/fleet dev  fleet/prod.yaml  | old  | -   | false | LeftToOther  | Publish",
                "true  | git.example/b     main fleet/prod.yaml  | old  | -   | true  | LeftToOther  | Publish",
                "false | git.example/b     main fleet/prod.yaml  | old  | bob | false | LeftToOther  | Publish",
                // never from Git
                "true  | -                                     | -    | -   | false | LeftToHand   | Publish",
                "true  | -                                     | -    | -   | true  | Adopt        | Adopt",
            })
    void whatGitHasIsWeighedAgainstWhatIsInForce(
            boolean inForce, String last, String blob, String by, boolean same, Step without, Step with) {
        String[] parts = last.split(" +");
        Origin origin = parts.length < 3 ? null : origin(parts[0], parts[1], parts[2], blob.equals("new") ? NEW : OLD);
        List<Known> known = List.of(known(inForce, origin, by.equals("-") ? null : by));

        assertThat(plan(Set.of(), true).decide(List.of(WANTED), known, _ -> same))
                .extracting(Decision::step)
                .containsExactly(without);
        assertThat(plan(Set.of("prod"), false).decide(List.of(WANTED), known, _ -> same))
                .extracting(Decision::step)
                .containsExactly(with);
    }

    @Test
    void whatNobodyKnowsIsPublished() {
        assertThat(plan(Set.of(), false).decide(List.of(WANTED), List.of(), _ -> false))
                .extracting(Decision::step)
                .containsExactly(Step.Publish);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // in force | last word                        | by  | prune        | prune, overwrite | neither
                "true  | git.example/fleet main fleet/prod.yaml | -   | Delete       | Delete           | Gone",
                "true  | git.example/fleet main fleet/prod.yaml | bob | Gone         | Delete           | Gone",
                "false | git.example/fleet main fleet/prod.yaml | bob |              |                  |",
                "true  | git.example/fleet main other/prod.yaml | -   |              |                  |",
                "true  | git.example/fleet dev  fleet/prod.yaml | -   |              |                  |",
                "true  | git.example/b     main fleet/prod.yaml | -   |              |                  |",
                "true  | -                                    | -   |              |                  |",
            })
    void onlyWhatCameFromHereIsDeleted(
            boolean inForce,
            String last,
            String by,
            @Nullable Step prune,
            @Nullable Step overwriting,
            @Nullable Step neither) {
        String[] parts = last.split(" +");
        List<Known> known = List.of(known(
                inForce,
                parts.length < 3 ? null : origin(parts[0], parts[1], parts[2], OLD),
                by.equals("-") ? null : by));

        assertThat(plan(Set.of(), true).decide(List.of(), known, _ -> false).stream()
                        .map(Decision::step))
                .containsExactlyElementsOf(Stream.ofNullable(prune).toList());
        assertThat(plan(Set.of("prod"), true).decide(List.of(), known, _ -> false).stream()
                        .map(Decision::step))
                .containsExactlyElementsOf(Stream.ofNullable(overwriting).toList());
        assertThat(plan(Set.of(), false).decide(List.of(), known, _ -> false).stream()
                        .map(Decision::step))
                .containsExactlyElementsOf(Stream.ofNullable(neither).toList());
    }

    @Test
    void strategiesComeBeforeTheConfigsThatReferToThemAndGoAfterThem() {
        Named careful = new Named("FleetStrategy", "careful");
        Named old = new Named("FleetStrategy", "a-old");
        Origin gone = origin(REPOSITORY, "main", "fleet/gone.yaml", OLD);

        assertThat(plan(Set.of(), true)
                        .decide(
                                List.of(WANTED, new Wanted(careful, origin(REPOSITORY, "main", "fleet/c.yaml", NEW))),
                                List.of(
                                        new Known(old, true, new Provenance(gone, null)),
                                        new Known(new Named("FleetConfig", "z-old"), true, new Provenance(gone, null))),
                                _ -> false))
                .extracting(decision -> decision.named().name())
                .containsExactly("careful", "prod", "z-old", "a-old");
    }

    @Test
    void onlyWhatNothingElseTellsIsAskedFor() {
        Origin last = origin(REPOSITORY, "main", "fleet/prod.yaml", OLD);
        assertThat(SyncPlan.unclear(List.of(WANTED), List.of(known(true, null, null))))
                .containsExactly(PROD);
        assertThat(SyncPlan.unclear(List.of(WANTED), List.of(known(true, last, "bob"))))
                .containsExactly(PROD);
        assertThat(SyncPlan.unclear(List.of(WANTED), List.of(known(true, last, null))))
                .isEmpty();
        assertThat(SyncPlan.unclear(List.of(WANTED), List.of(known(false, last, "bob"))))
                .isEmpty();
        assertThat(SyncPlan.unclear(List.of(), List.of(known(true, null, null))))
                .isEmpty();
    }

    /**
     * Whatever there is: each document has one answer; what others publish, or people have published, is neither replaced nor deleted
     * unless it is named or its file has changed; and once all is done, nothing more is.
     */
    @Property(seed = "17", tries = 2_000)
    void nothingIsTakenFromOthersAndTheSecondTimeDoesNothing(@ForAll long seed) {
        Random random = new Random(seed);
        List<Wanted> wanted = new ArrayList<>();
        List<Known> before = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            Named named = new Named(random.nextBoolean() ? "FleetConfig" : "FleetStrategy", name);
            if (random.nextInt(4) > 0) {
                wanted.add(new Wanted(
                        named,
                        origin(REPOSITORY, "main", "fleet/" + name + ".yaml", random.nextBoolean() ? NEW : OLD)));
            }
            if (random.nextInt(4) > 0) {
                before.add(known(random, named));
            }
        }
        Set<String> overwrite = random.nextInt(4) == 0 ? Set.of("a") : Set.of();
        SyncPlan plan = plan(overwrite, random.nextBoolean());
        Set<String> same = random.nextBoolean() ? Set.of("b") : Set.of();

        List<Decision> decisions =
                plan.decide(wanted, before, each -> same.contains(each.named().name()));

        assertThat(decisions).extracting(Decision::named).doesNotHaveDuplicates();
        assertThat(decisions)
                .extracting(Decision::named)
                .containsAll(wanted.stream().map(Wanted::named).toList());
        for (Decision decision : decisions) {
            Known was = find(before, decision.named());
            if (was != null
                    && isOthersWord(was)
                    && !overwrite.contains(decision.named().name())) {
                assertThat(decision.step()).isNotEqualTo(Step.Delete);
                assertThat(decision.step() == Step.Publish)
                        .as("published over another's word: %s of %s", decision, was)
                        .isEqualTo(was.provenance() != null
                                && was.provenance().origin().repository().equals(REPOSITORY)
                                && !was.provenance()
                                        .origin()
                                        .blob()
                                        .equals(decision.origin().blob()));
            }
        }
        List<Known> after = done(before, decisions);
        SyncPlan again = new SyncPlan(plan.scope(), Set.of(), plan.prune());
        assertThat(again.decide(wanted, after, _ -> false))
                .extracting(Decision::step)
                .allSatisfy(step -> assertThat(step.acts()).isFalse());
    }

    private static boolean isOthersWord(Known known) {
        Provenance provenance = known.provenance();
        return known.inForce()
                && (provenance == null
                        || provenance.overwrittenBy() != null
                        || !provenance.origin().repository().equals(REPOSITORY));
    }

    private static @Nullable Known find(List<Known> known, Named named) {
        return known.stream()
                .filter(each -> each.named().equals(named))
                .findFirst()
                .orElse(null);
    }

    private static Known known(Random random, Named named) {
        if (random.nextInt(3) == 0) {
            return new Known(named, true, null);
        }
        boolean overwritten = random.nextInt(3) == 0;
        Origin origin = origin(
                random.nextInt(4) == 0 ? "git.example/b" : REPOSITORY,
                "main",
                "fleet/" + named.name() + ".yaml",
                random.nextBoolean() ? NEW : OLD);
        return new Known(
                named, !overwritten || random.nextBoolean(), new Provenance(origin, overwritten ? "bob" : null));
    }

    /** What the service has once it has done all. */
    private static List<Known> done(List<Known> before, List<Decision> decisions) {
        List<Known> after = new ArrayList<>(before);
        for (Decision decision : decisions) {
            if (decision.step().acts()) {
                after.removeIf(each -> each.named().equals(decision.named()));
                if (decision.step() != Step.Delete) {
                    after.add(new Known(
                            decision.named(), true, new Provenance(Objects.requireNonNull(decision.origin()), null)));
                }
            }
        }
        return after;
    }
}

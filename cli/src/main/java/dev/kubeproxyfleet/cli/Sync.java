package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.SyncPlan.Decision;
import dev.kubeproxyfleet.cli.SyncPlan.Known;
import dev.kubeproxyfleet.cli.SyncPlan.Wanted;
import dev.kubeproxyfleet.cli.git.GitFiles;
import dev.kubeproxyfleet.cli.git.GitTree;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import dev.kubeproxyfleet.schemas.view.OriginView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings what one commit has to the service. Remembers what it has looked at, so that it says and does nothing twice. */
final class Sync {

    private static final int SHORT_ID = 12;

    private final Kpfleet kpfleet;
    private final Surroundings world;
    private final Options options;

    /** The commit and the service as they were at the last time; null if that time was not completed. */
    private @Nullable List<Object> seen;

    /** The commit whose mistakes were told last; null if there were none. */
    private @Nullable String mistaken;

    /**
     * What the user wants.
     *
     * @param files which are read
     * @param allowEmpty whether there may be none of them
     * @param dryRun whether to change nothing
     */
    record Options(
            GitFiles files, Set<String> overwrite, boolean prune, boolean allowEmpty, boolean dryRun, Output output) {}

    /**
     * What came of a document.
     *
     * @param step a {@link SyncPlan.Step}, or {@code Refused} where the service did not do it
     * @param file where it stands in Git, or stood
     * @param rollout null if there is none of it
     */
    record Outcome(
            String kind,
            String name,
            String step,
            String file,
            @Nullable String rollout,
            String message) {

        private static final String REFUSED = "Refused";
    }

    /** The service as it was asked. */
    private record Service(List<OriginView> origins, List<ConfigView> configs, List<FleetStrategy> strategies) {

        /** What decides; how far rollouts are does not. */
        List<Object> state() {
            return List.of(
                    origins,
                    configs.stream()
                            .map(config -> config.name() + "." + config.generation())
                            .toList(),
                    strategies);
        }

        List<Known> known() {
            Map<Named, Known> known = new LinkedHashMap<>();
            configs.forEach(config -> put(known, new Named(FleetConfig.KIND, config.name())));
            strategies.forEach(strategy -> put(known, new Named(FleetStrategy.KIND, strategy.name())));
            for (OriginView origin : origins) {
                Named named = new Named(origin.kind(), origin.name());
                known.put(named, new Known(named, origin.inForce(), origin.provenance()));
            }
            return List.copyOf(known.values());
        }

        private static void put(Map<Named, Known> known, Named named) {
            known.put(named, new Known(named, true, null));
        }
    }

    /** The service did not do what was asked. */
    private static final class NotAnswered extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Answer answer;

        NotAnswered(Answer answer) {
            this.answer = answer;
        }
    }

    Sync(Kpfleet kpfleet, Options options) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
        this.options = options;
    }

    /**
     * Does what there is to do, and says so. The same commit and the same service as at the last time are passed over in silence.
     *
     * @return the exit code
     */
    int bring(GitTree tree) throws JsonProcessingException {
        if (tree.commit().equals(mistaken)) {
            return ExitCode.USAGE;
        }
        List<ConfigFiles.Document> documents = ConfigFiles.eachOnce(
                tree.files().stream().map(file -> document(tree, file)).toList());
        mistaken = complain(tree, documents) ? tree.commit() : null;
        if (mistaken != null) {
            world.complain("nothing was published of commit %s.".formatted(shortId(tree)));
            return ExitCode.USAGE;
        }
        Map<Named, ConfigFiles.Good> good = new LinkedHashMap<>();
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            GitTree.GitFile file = tree.files().get(i);
            if (documents.get(i) instanceof ConfigFiles.Good document) {
                Named named = Named.of(document);
                good.put(named, document);
                wanted.add(new Wanted(
                        named, new Origin(tree.repository(), tree.ref(), file.path(), tree.commit(), file.blob())));
            }
        }
        try (FleetClient client = kpfleet.clientFor(author(tree))) {
            return bring(tree, good, wanted, client);
        } catch (NotAnswered e) {
            seen = null;
            return Answers.complain(e.answer, world);
        }
    }

    /** Of a place that an event cannot name nothing is published. */
    private static ConfigFiles.Document document(GitTree tree, GitTree.GitFile file) {
        return Limits.isText(tree.repository() + tree.ref() + file.path(), Limits.MAX_SOURCE_LENGTH)
                ? ConfigFiles.of(file.path(), file.content())
                : new ConfigFiles.Bad(
                        file.path(),
                        List.of(Flaw.of(
                                "its path has control characters, or has with its repository more than %d characters."
                                        .formatted(Limits.MAX_SOURCE_LENGTH))));
    }

    /** Says what is wrong with the commit; true if something is. */
    private boolean complain(GitTree tree, List<ConfigFiles.Document> documents) {
        if (documents.isEmpty() && !options.allowEmpty()) {
            world.complain(
                    "there is no FleetConfig and no FleetStrategy in %s of %s, %s. If that is meant, say --allow-empty."
                            .formatted(options.files().words(), tree.repository(), tree.ref()));
            return true;
        }
        return DocumentOptions.complain(documents, world);
    }

    private int bring(GitTree tree, Map<Named, ConfigFiles.Good> documents, List<Wanted> wanted, FleetClient client)
            throws NotAnswered, JsonProcessingException {
        Service service = new Service(
                list(client, "/origins", OriginView.class),
                list(client, "/configs", ConfigView.class),
                list(client, "/strategies", FleetStrategy.class));
        List<Object> now = List.of(tree.commit(), service.state());
        if (now.equals(seen)) {
            return ExitCode.OK;
        }
        SyncPlan plan = new SyncPlan(
                new SyncPlan.Scope(
                        tree.repository(), tree.ref(), tree.commit(), options.files()::hold, tree.paths()::contains),
                options.overwrite(),
                options.prune());
        List<Known> known = service.known();
        Set<Named> same = new HashSet<>();
        for (Named named : SyncPlan.unclear(wanted, known)) {
            ConfigFiles.Good document = Objects.requireNonNull(documents.get(named));
            if (isSame(document, service, client)) {
                same.add(named);
            }
        }
        List<Outcome> outcomes = new ArrayList<>();
        int code = ExitCode.OK;
        boolean complete = true;
        for (Decision decision : plan.decide(wanted, known, each -> same.contains(each.named()))) {
            int done = ExitCode.OK;
            if (options.dryRun() || !decision.step().acts()) {
                outcomes.add(outcome(decision, decision.step().name(), null, decision.message()));
                done = decision.step().leaves() ? ExitCode.REFUSED : ExitCode.OK;
            } else {
                Answer answer = send(decision, documents.get(decision.named()), tree, client);
                if (answer instanceof Answer.Ok ok) {
                    AuditRecord audit = ok.as(AuditRecord.class);
                    outcomes.add(outcome(
                            decision,
                            decision.step().name(),
                            audit.rollout(),
                            decision.message() + "; " + audit.message()));
                } else {
                    done = Answers.complain(answer, world);
                    complete &= answer instanceof Answer.Refused;
                    outcomes.add(outcome(decision, Outcome.REFUSED, null, decision.message()));
                }
            }
            code = code == ExitCode.OK ? done : code;
        }
        seen = complete ? now : null;
        options.output().print(Json.MAPPER.valueToTree(outcomes), () -> SyncTable.of(tree, outcomes), world);
        return code;
    }

    private static Outcome outcome(Decision decision, String step, @Nullable String rollout, String message) {
        return new Outcome(
                decision.named().kind(),
                decision.named().name(),
                step,
                decision.origin().file(),
                rollout,
                message);
    }

    /** The service knows its own defaults, so it judges configs; what it refuses is not what is in force. */
    private static boolean isSame(ConfigFiles.Good document, Service service, FleetClient client)
            throws NotAnswered, JsonProcessingException {
        return switch (document) {
            case ConfigFiles.Strategy given -> service.strategies().contains(given.strategy());
            case ConfigFiles.Config given ->
                switch (client.post("/plans", given.bytes(), given.contentType())) {
                    case Answer.Ok ok ->
                        ok.as(RolloutPlan.class).warnings().stream()
                                .anyMatch(warning -> warning.code() == PlanWarning.Unchanged);
                    case Answer.Refused refused when refused.status() == Answer.Refused.BAD_REQUEST -> false;
                    case Answer other -> throw new NotAnswered(other);
                };
        };
    }

    /** @param document null of what is gone from Git */
    private static Answer send(
            Decision decision, ConfigFiles.@Nullable Good document, GitTree tree, FleetClient client) {
        String reason = "commit %s by %s: %s".formatted(shortId(tree), tree.author(), tree.subject());
        String path = decision.named().path() + "?reason=" + FleetClient.encode(reason) + "&origin="
                + FleetClient.encode(decision.origin().source());
        return document == null ? client.delete(path) : client.put(path, document.bytes(), document.contentType());
    }

    private static <T extends Record> List<T> list(FleetClient client, String path, Class<T> type)
            throws NotAnswered, JsonProcessingException {
        Answer answer = client.get(path);
        if (answer instanceof Answer.Ok ok) {
            return ok.listOf(type);
        }
        throw new NotAnswered(answer);
    }

    /** As a header can carry it. */
    private static String author(GitTree tree) {
        return tree.author().replaceAll("[^!-~]", "?");
    }

    static String shortId(GitTree tree) {
        return tree.commit().substring(0, SHORT_ID);
    }
}

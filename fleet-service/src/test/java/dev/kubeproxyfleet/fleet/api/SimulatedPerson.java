package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.explain.Explainer;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.MeantCluster;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Types the command that a sentence gives, and gets what the command line would get from REST. */
public final class SimulatedPerson {

    private static final String NAME = "explain-test";
    private static final List<String> LISTS = List.of("clusters", "configs", "rollouts");

    private final FleetView view;
    private final Explainer explainer;
    private final Instant now;
    private final RolloutResource rollouts;

    /** @param controller answers the commands */
    public SimulatedPerson(FleetView view, Function<Command, AuditRecord> controller, Instant now) {
        this.view = view;
        this.explainer = new Explainer(view);
        this.now = now;
        InstantSource clock = InstantSource.fixed(now);
        PendingAnswers answers = new PendingAnswers();
        EventPublisher publisher = new EventPublisher() {
            @Override
            public void desire(String key, @Nullable JsonNode document, Asked asked) {
                throw new AssertionError("no sentence publishes anything");
            }

            @Override
            public void command(Command command) {
                answers.recorded(controller.apply(command));
            }
        };
        this.rollouts = new RolloutResource(
                view,
                new Lists(view),
                explainer,
                new Requests(answers, _ -> {}, publisher, Duration.ofSeconds(10), 1, () -> NAME, clock),
                new Permits(() -> RequestCallers.named(NAME), view, true),
                clock);
    }

    /** What came of a command. */
    public sealed interface Came {

        /** The controller did what was asked for. */
        record Done() implements Came {}

        /** It shows something, or leads away from here. */
        record Shown() implements Came {}

        record Nothing(String why) implements Came {}
    }

    public Came types(String line) {
        List<String> words = List.of(line.split(" "));
        return switch (words.getFirst()) {
            case "az" -> startsTheCluster(words);
            case "kpfleet" ->
                switch (words.get(1)) {
                    case "pause",
                            "resume",
                            "abort",
                            "approve",
                            "reject",
                            "retry",
                            "skip",
                            "promote",
                            "override",
                            "rollback",
                            "rerun" -> steers(words);
                    case "get" -> gets(words);
                    case "explain" ->
                        came(view.rollout(words.get(2)).isPresent() || isExplained(words.get(2)), words.get(2));
                    case "features" ->
                        came(
                                words.size() == 2
                                        || view.inventory()
                                                .subscription(words.get(3))
                                                .isPresent(),
                                "subscription");
                    case "apply" -> {
                        String name = words.getLast().replaceAll("[.]yaml$", "");
                        boolean isReferredTo = view.rollouts().stream()
                                .anyMatch(rollout -> name.equals(rollout.spec().strategyRef()));
                        yield came(
                                name.equals("fleet-config")
                                        || isReferredTo
                                        || view.rollout(name).isPresent(),
                                name);
                    }
                    default -> new Came.Nothing("there is no such command");
                };
            default -> new Came.Nothing("there is no such program");
        };
    }

    private Came steers(List<String> words) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        if (words.contains("--cluster")) {
            body.put("cluster", words.get(words.indexOf("--cluster") + 1));
        }
        if (words.contains("--gate")) {
            body.put("gate", words.get(words.indexOf("--gate") + 1));
        }
        if (words.contains("--reason")) {
            List<String> reason = words.subList(words.indexOf("--reason") + 1, words.size());
            body.put("reason", String.join(" ", reason).replace("\"", ""));
        }
        RestResponse<Object> response;
        try {
            response = rollouts.steer(words.get(2), words.get(1), Json.MAPPER.writeValueAsBytes(body));
        } catch (RefusedException e) {
            return new Came.Nothing(String.valueOf(e.getMessage()));
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
        return response.getEntity() instanceof AuditRecord audit && audit.verdict() == AuditRecord.Verdict.Done
                ? new Came.Done()
                : new Came.Nothing(String.valueOf(response.getEntity()));
    }

    private Came gets(List<String> words) {
        return switch (words.get(2)) {
            case "rollout" -> came(view.rollout(words.get(3)).isPresent(), words.get(3));
            case "cluster" -> came(isCluster(words.get(3)), words.get(3));
            case String list -> came(LISTS.contains(list), list);
        };
    }

    private boolean isExplained(String nameOrId) {
        return view.meant(nameOrId) instanceof MeantCluster.One(String id)
                && explainer.cluster(id, now).isPresent();
    }

    private boolean isCluster(String nameOrId) {
        return view.meant(nameOrId) instanceof MeantCluster.One(String id)
                && view.cluster(id).isPresent();
    }

    /** {@code az aks start --subscription <id> --resource-group <name> --name <name>}. */
    private Came startsTheCluster(List<String> words) {
        boolean stopped = words.subList(0, 3).equals(List.of("az", "aks", "start"))
                && view.clusters().stream()
                        .anyMatch(cluster -> cluster.name().equals(words.getLast())
                                && cluster.subscription().equals(words.get(4))
                                && cluster.resourceGroup().equals(words.get(6))
                                && cluster.powerState().equals("Stopped"));
        return came(stopped, "a stopped cluster " + words.getLast());
    }

    private static Came came(boolean isThere, String what) {
        return isThere ? new Came.Shown() : new Came.Nothing("there is no " + what);
    }
}

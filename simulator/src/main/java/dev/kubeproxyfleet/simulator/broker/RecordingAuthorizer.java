package dev.kubeproxyfleet.simulator.broker;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/** Kafka's own authorizer, which also keeps what was asked of it. Kafka makes the objects of this class, by its name. */
public final class RecordingAuthorizer extends StandardAuthorizer {

    /** Broker setting: the name of what is recorded. */
    static final String RECORDING = "recording.name";

    private static final Map<String, Set<GuardedBroker.Use>> RECORDINGS = new ConcurrentHashMap<>();

    private Set<GuardedBroker.Use> uses = Set.of();

    static Set<GuardedBroker.Use> uses(String recording) {
        return RECORDINGS.getOrDefault(recording, Set.of());
    }

    static void forget(String recording) {
        RECORDINGS.remove(recording);
    }

    @Override
    public void configure(Map<String, ?> settings) {
        super.configure(settings);
        uses = RECORDINGS.computeIfAbsent(String.valueOf(settings.get(RECORDING)), _ -> ConcurrentHashMap.newKeySet());
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext request, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(request, actions);
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            boolean allowed = results.get(i) == AuthorizationResult.ALLOWED;
            // Kafka wants to have logged what decides something, but not what it only tells a client that it could do.
            if (allowed ? action.logIfAllowed() : action.logIfDenied()) {
                uses.add(new GuardedBroker.Use(
                        request.principal().getName(),
                        action.resourcePattern().resourceType(),
                        action.resourcePattern().name(),
                        action.operation(),
                        allowed));
            }
        }
        return results;
    }
}

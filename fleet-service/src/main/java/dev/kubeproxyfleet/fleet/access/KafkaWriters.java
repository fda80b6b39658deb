package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whoever writes to Kafka past the API, where there is a login. Kafka's rights say who may write to a topic, and these what may be asked for
 * there.
 *
 * @param login without one nobody is asked
 * @param grants by topic; nothing where there is none
 * @param separationOfDuties whether who approves must be known to be another one than who has published
 */
public record KafkaWriters(boolean login, Map<Topic, List<Grant>> grants, boolean separationOfDuties) {

    public static final KafkaWriters WITHOUT_LOGIN = new KafkaWriters(false, Map.of(), false);

    public KafkaWriters {
        grants = Map.copyOf(grants);
    }

    /** Why what somebody asks for on a topic, for whom nobody vouches, is not done: one sentence; empty if it is. */
    public Optional<String> objection(Topic topic, List<Demand> demands) {
        Caller writer = new Caller(
                login,
                null,
                "whoever writes to the topic " + topic.suffix(),
                grants.getOrDefault(topic, List.of()),
                null);
        for (Demand demand : demands) {
            if (Access.decide(writer, demand) instanceof Decision.Refused(String message)) {
                return Optional.of(message);
            }
            if (login && separationOfDuties && demand.permission() == Permission.Approve) {
                return Optional.of("on the topic " + topic.suffix()
                        + " nobody can tell who approves, who might have published it; approve it with a login, or set"
                        + " kpfleet.access.separation-of-duties=false");
            }
        }
        return Optional.empty();
    }
}

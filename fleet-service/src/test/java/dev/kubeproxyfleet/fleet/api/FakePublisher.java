package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what was published, and answers like the controller as far as the test says. */
@Alternative
@Singleton
class FakePublisher implements EventPublisher {

    record Published(String key, @Nullable JsonNode value, Asked asked) {

        FleetConfig config() {
            try {
                return Json.MAPPER.treeToValue(value, FleetConfig.class);
            } catch (JsonProcessingException e) {
                throw new AssertionError(e);
            }
        }
    }

    final List<Published> published = new CopyOnWriteArrayList<>();
    final List<Command> commands = new CopyOnWriteArrayList<>();

    private final FleetView view;
    private volatile AuditRecord.@Nullable Verdict verdict;
    private volatile boolean broken;

    FakePublisher(FleetView view) {
        this.view = view;
    }

    /** @param verdict of every answer from now on; null for no answer */
    void reset(AuditRecord.@Nullable Verdict verdict) {
        this.verdict = verdict;
        broken = false;
        published.clear();
        commands.clear();
    }

    void breakDown() {
        broken = true;
    }

    @Override
    public void desire(String key, @Nullable JsonNode document, Asked asked) throws IOException {
        take();
        published.add(new Published(key, document, asked));
        answer(asked.id(), key);
    }

    @Override
    public void command(Command command) throws IOException {
        take();
        commands.add(command);
        answer(command.id(), command.config());
    }

    private void take() throws IOException {
        if (broken) {
            throw new IOException("no broker answers");
        }
    }

    private void answer(String requestId, String config) {
        AuditRecord.Verdict answered = verdict;
        if (answered != null) {
            view.apply(new Change.Audit(Fleet.audit(requestId, config, answered, Fleet.NOON)));
        }
    }
}

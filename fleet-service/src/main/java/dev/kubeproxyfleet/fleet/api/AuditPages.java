package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.AuditHistory;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.inject.Singleton;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.jboss.resteasy.reactive.RestResponse;

/** Answers for pages of the whole audit trail. */
@Singleton
class AuditPages {

    private final AuditHistory history;

    AuditPages(AuditHistory history) {
        this.history = history;
    }

    /** @throws RefusedException if the query asks for what cannot be, or Kafka does not answer */
    RestResponse<List<AuditRecord>> answer(AuditQuery query) {
        AuditHistory.Page page = read(query);
        RestResponse.ResponseBuilder<List<AuditRecord>> answer = RestResponse.ResponseBuilder.ok(page.entries());
        if (page.next().isPresent() && query.uri != null) {
            answer.header(
                    "Link", Lists.link(query.uri, Long.toString(page.next().getAsLong())));
        }
        return answer.build();
    }

    private AuditHistory.Page read(AuditQuery query) {
        AuditHistory.Wanted wanted = query.wanted();
        try {
            return history.read(wanted, query.before(), query.rows());
        } catch (AuditHistory.BusyException e) {
            throw new RefusedException(RequestReason.TooManyRequests, e.getMessage() + "; ask again in a few seconds");
        } catch (KafkaException e) {
            throw new RefusedException(
                    RequestReason.KafkaUnavailable, "Kafka does not give the audit trail: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(
                    RequestReason.KafkaUnavailable, "the service is about to end; ask another replica");
        }
    }
}

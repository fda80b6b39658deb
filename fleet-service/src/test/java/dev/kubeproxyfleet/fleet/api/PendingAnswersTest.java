package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.audit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PendingAnswersTest {

    private final PendingAnswers answers = new PendingAnswers();
    private final FleetView view = new FleetView(_ -> {}, answers, 1, 1);

    @Test
    void givesTheAnswerToTheRequestThatWaitsForIt() {
        CompletableFuture<AuditRecord> answer = answers.await("r-1");
        view.apply(new Change.Audit(audit(null, "prod", AuditRecord.Verdict.Done, NOON)));
        view.apply(new Change.Audit(audit("r-2", "prod", AuditRecord.Verdict.Done, NOON)));
        assertThat(answer).isNotDone();

        view.apply(new Change.Audit(audit("r-1", "prod", AuditRecord.Verdict.Refused, NOON)));

        assertThat(answer).isCompletedWithValueMatching(entry -> entry.verdict() == AuditRecord.Verdict.Refused);
    }

    @Test
    void aForgottenRequestIsAnsweredToNobody() {
        CompletableFuture<AuditRecord> answer = answers.await("r-1");
        answers.forget("r-1");

        view.apply(new Change.Audit(audit("r-1", "prod", AuditRecord.Verdict.Done, NOON)));

        assertThat(answer).isNotDone();
    }
}

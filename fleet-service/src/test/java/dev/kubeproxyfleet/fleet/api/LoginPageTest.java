package dev.kubeproxyfleet.fleet.api;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Two people at the dashboard of a service with a login, in a real browser. */
@QuarkusTest
@TestProfile(WithLogin.class)
class LoginPageTest {

    private static final String ROLLOUT = "#/rollouts/prod.1";

    @Inject
    FleetView view;

    @Inject
    FakePublisher publisher;

    @Test
    void eachSeesTheFleetAndDoesWhatItsRoleIsFor() {
        Fleet.clear(view);
        publisher.reset(AuditRecord.Verdict.Done);
        view.apply(cluster("weu-01", LEAST_CONNECTION));
        tell(view, rollout("prod", 1, RolloutStatus.State.Running));
        view.apply(Fleet.change(Fleet.with(
                rollout("prod", 1, RolloutStatus.State.Running),
                List.of(
                        new RolloutStatus.Action(Command.Action.Approve, null),
                        new RolloutStatus.Action(Command.Action.Pause, null)))));
        tell(view, status("prod.1", "weu-01", RolloutClusterStatus.State.Waiting, null, ""));
        try (Chromium chromium = new Chromium()) {
            Page page = chromium.open(Chromium.DESKTOP, ColorScheme.LIGHT);
            page.navigate(Chromium.address(ROLLOUT));
            signIn(page, "Otto Operator");
            assertThat(page.getByTestId("caller")).containsText("otto@fleet.example");
            // The part after # stays in the browser, which gives it to the page that it comes back to.
            page.navigate(Chromium.address(ROLLOUT));
            anOperatorPausesAndDoesNotApprove(page);
            anOperatorDoesNotPublish(page);
            whoLogsOutIsOut(page);
            signIn(page, "Anna Approver");
            page.navigate(Chromium.address(ROLLOUT));
            anApproverApproves(page);
            aSessionThatIsGoneLeadsToTheLogin(page);
        }
    }

    private static void signIn(Page page, String person) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(person))
                .click();
        assertThat(page.getByTestId("connection")).hasAttribute("data-state", "live");
    }

    private static void anOperatorPausesAndDoesNotApprove(Page page) {
        assertThat(page.getByTestId("action-pause")).isVisible();
        assertThat(page.getByTestId("action-approve")).hasCount(0);
        page.getByTestId("impossible").locator("summary").click();
        assertThat(page.getByTestId("impossible")).containsText("'approve' needs the role approver or admin");
        Chromium.picture(page, "login-operator");
    }

    private static void anOperatorDoesNotPublish(Page page) {
        page.getByTestId("nav-publish").click();
        assertThat(page.getByTestId("publish-submit")).isDisabled();
        assertThat(page.getByTestId("publish-refused")).containsText("needs the role publisher or admin");
        assertThat(page.getByTestId("publish-actor")).hasCount(0);
    }

    private static void whoLogsOutIsOut(Page page) {
        page.getByTestId("logout").click();
        assertThat(page.getByText("choose who you are")).isVisible();
    }

    private void anApproverApproves(Page page) {
        page.getByTestId("action-approve").click();
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByTestId("answer")).isVisible();
        Assertions.assertThat(publisher.commands).singleElement().satisfies(command -> {
            Assertions.assertThat(command.action()).isEqualTo(Command.Action.Approve);
            Assertions.assertThat(command.actor()).startsWith("anna@fleet.example (");
        });
    }

    private static void aSessionThatIsGoneLeadsToTheLogin(Page page) {
        page.context().clearCookies();
        page.getByTestId("action-approve").click();
        page.getByTestId("confirm-ok").click();
        assertThat(page.getByText("choose who you are")).isVisible();
    }
}

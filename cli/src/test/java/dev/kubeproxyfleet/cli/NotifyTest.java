package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.Notification.Severity;
import dev.kubeproxyfleet.schemas.view.NotificationTarget;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotifyTest {

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void showsWhoIsTold() {
        fleet.on(
                "GET /api/v1/notifications/targets",
                200,
                List.of(
                        new NotificationTarget("hook", "webhook", Severity.Info, List.of(), List.of()),
                        new NotificationTarget(
                                "room", "teams", Severity.Warning, List.of("prod-*"), List.of("ApprovalAwaited"))));

        assertThat(console.run("notify")).isZero();
        assertThat(console.out()).isEqualTo("""
                        TARGET  TYPE     FROM     CONFIGS  CODES
                        hook    webhook  info     all      all
                        room    teams    warning  prod-*   ApprovalAwaited
                          try one:  ./kpfleet notify test hook
                        """);
    }

    @Test
    void saysWhereNobodyIsTold() {
        fleet.on("GET /api/v1/notifications/targets", 200, List.of());

        assertThat(console.run("notify")).isZero();
        assertThat(console.out()).isEqualTo("nobody is told; see kpfleet.notify.targets in docs/settings.md\n");
    }

    @Test
    void aTestSaysWhatTheTargetAnswered() {
        fleet.on(
                "POST /api/v1/notifications/targets/hook/test",
                200,
                new NotificationTarget.Test("hook", true, "target hook answered 204"));

        assertThat(console.run("notify", "test", "hook")).isZero();
        assertThat(console.out()).isEqualTo("✓ target hook answered 204\n");
    }

    @Test
    void aTestThatIsNotTakenFails() {
        fleet.on(
                "POST /api/v1/notifications/targets/hook/test",
                200,
                new NotificationTarget.Test("hook", false, "target hook answered 404: no_service"));

        assertThat(console.run("notify", "test", "hook")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.out()).isEqualTo("✗ target hook answered 404: no_service\n");
    }
}

package dev.kubeproxyfleet.fleet.azure;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls to ARM, counted, and the budgets that are left for them. The number of series is fixed but for the budgets of
 * subscriptions and their regions, which appear when they are first used, {@value #MAX_SCOPES} at most.
 */
final class ArmMetrics implements ArmGateway {

    /** Budgets of subscriptions and regions that are shown one by one; all are in {@code kpfleet.arm.budget.lowest}. */
    static final int MAX_SCOPES = 500;

    /** Values of the tag {@code status}: the class of the HTTP status, or that there was no answer. */
    private enum StatusClass {
        OK("2xx"),
        REDIRECT("3xx"),
        REFUSED("4xx"),
        SERVER_ERROR("5xx"),
        NO_ANSWER("none");

        private final String tag;

        StatusClass(String tag) {
            this.tag = tag;
        }

        static StatusClass of(int status) {
            return switch (status / 100) {
                case 2 -> OK;
                case 3 -> REDIRECT;
                case 4 -> REFUSED;
                case 5 -> SERVER_ERROR;
                default -> NO_ANSWER;
            };
        }
    }

    private final ArmGateway arm;
    private final Map<CallKind, Map<StatusClass, Counter>> calls = new EnumMap<>(CallKind.class);
    private final Set<Budgets.Key> scopes = ConcurrentHashMap.newKeySet();
    private final Map<CallKind, Counter> throttled = new EnumMap<>(CallKind.class);

    ArmMetrics(ArmGateway arm, Budgets budgets, MeterRegistry registry) {
        this.arm = arm;
        for (CallKind kind : CallKind.values()) {
            Map<StatusClass, Counter> byStatus = new EnumMap<>(StatusClass.class);
            for (StatusClass status : StatusClass.values()) {
                byStatus.put(
                        status,
                        Counter.builder("kpfleet.arm.calls")
                                .description("Calls to Azure Resource Manager")
                                .tag("kind", kind.tag())
                                .tag("status", status.tag)
                                .register(registry));
            }
            calls.put(kind, byStatus);
            throttled.put(
                    kind,
                    Counter.builder("kpfleet.arm.throttled")
                            .description("Calls that Azure Resource Manager answered with 429")
                            .tag("kind", kind.tag())
                            .register(registry));
        }
        for (Budget budget : Budget.values()) {
            Gauge.builder("kpfleet.arm.budget.lowest", () -> budgets.lowest(budget))
                    .description("Calls left in the emptiest local bucket of a budget")
                    .tag("budget", budget.tag())
                    .register(registry);
        }
        budgets.observe(key -> show(key, budgets, registry));
    }

    /** Budgets of single clusters are only in the lowest: there are as many as clusters. */
    private void show(Budgets.Key key, Budgets budgets, MeterRegistry registry) {
        if (key.budget().per() == Budget.Per.CLUSTER || scopes.size() >= MAX_SCOPES || !scopes.add(key)) {
            return;
        }
        int slash = key.scope().indexOf('/');
        Gauge.builder("kpfleet.arm.budget.left", () -> budgets.left(key))
                .description("Calls left in the local bucket of a subscription, or of a region of it")
                .tag("budget", key.budget().tag())
                .tag("subscription", slash < 0 ? key.scope() : key.scope().substring(0, slash))
                .tag("region", slash < 0 ? "" : key.scope().substring(slash + 1))
                .register(registry);
    }

    @Override
    public ArmResult send(ArmRequest request) {
        ArmResult result = arm.send(request);
        int status = switch (result) {
            case ArmResult.Ok ok -> ok.status();
            case ArmResult.ArmError error -> error.status();
        };
        Map<StatusClass, Counter> byStatus = calls.get(request.kind());
        Counter counter = byStatus == null ? null : byStatus.get(StatusClass.of(status));
        if (counter != null) {
            counter.increment();
        }
        Counter refused = throttled.get(request.kind());
        if (status == 429 && refused != null) {
            refused.increment();
        }
        return result;
    }
}

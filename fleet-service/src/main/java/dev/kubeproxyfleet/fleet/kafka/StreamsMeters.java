package dev.kubeproxyfleet.fleet.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.apache.kafka.streams.KafkaStreams;

/** How far each application is, for Prometheus. */
@Singleton
final class StreamsMeters implements MeterBinder {

    private final StreamsRunner runner;
    private final Instance<StreamsApplication> applications;

    StreamsMeters(StreamsRunner runner, @Any Instance<StreamsApplication> applications) {
        this.runner = runner;
        this.applications = applications;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (StreamsApplication application : applications) {
            String purpose = application.purpose();
            Gauge.builder("kpfleet.application.lag.records", runner, streams -> streams.lag(purpose))
                    .description(
                            "Records that the application has yet to read, of the partition with most in this replica; NaN where it reads none")
                    .tag("application", purpose)
                    .register(registry);
            Gauge.builder("kpfleet.application.running", runner, streams -> isRunning(streams, purpose) ? 1 : 0)
                    .description(
                            "1 while the application runs in this replica and has not failed within the last minute")
                    .tag("application", purpose)
                    .register(registry);
        }
    }

    private static boolean isRunning(StreamsRunner runner, String purpose) {
        StreamsStatus status = runner.status();
        return status.states().get(purpose) == KafkaStreams.State.RUNNING
                && !status.failing().containsKey(purpose);
    }
}

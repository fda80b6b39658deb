package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kubeproxyfleet.fleet.access.AccessSettings;
import dev.kubeproxyfleet.fleet.explain.Explainer;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.WrittenSoFar;
import dev.kubeproxyfleet.schemas.json.Json;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Puts the parts of the API together that know nothing of their surroundings. */
@ApplicationScoped
class ApiBeans {

    /** The JSON of the API is the JSON of the contracts. */
    @Produces
    @Singleton
    ObjectMapper objectMapper() {
        return Json.MAPPER.copy();
    }

    @Produces
    @Singleton
    Subscribers subscribers(ApiSettings settings, MeterRegistry metrics) {
        return new Subscribers(
                settings.maxSubscribers(), settings.maxSubscribersPerCaller(), settings.subscriberBuffer(), metrics);
    }

    @Produces
    @Singleton
    RefusedTokens refusedTokens() {
        return new RefusedTokens(Logger.getLogger(RefusedTokens.class)::warn, TimeMeter.SYSTEM_NANOTIME);
    }

    @Produces
    @Singleton
    CallerLimits callerLimits(ApiSettings settings) {
        return new CallerLimits(settings.maxChangesPerCaller(), TimeMeter.SYSTEM_NANOTIME);
    }

    @Produces
    @Singleton
    Explainer explainer(FleetView view) {
        return new Explainer(view);
    }

    @Produces
    @Singleton
    PendingAnswers answers() {
        return new PendingAnswers();
    }

    @Produces
    @Singleton
    Requests requests(
            PendingAnswers answers,
            WrittenSoFar written,
            EventPublisher publisher,
            ApiSettings settings,
            InstantSource clock) {
        return new Requests(
                answers,
                written::awaitShown,
                publisher,
                settings.answerTimeout(),
                settings.maxWaitingRequests(),
                () -> UUID.randomUUID().toString(),
                clock);
    }

    @Produces
    @Singleton
    Permits permits(Callers callers, FleetView view, AccessSettings settings) {
        return new Permits(callers, view, settings.separationOfDuties());
    }
}

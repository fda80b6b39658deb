package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import io.opentelemetry.api.trace.Span;
import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;
import reactor.core.Exceptions;

/**
 * ARM through the Azure SDK's pipeline, with raw JSON.
 *
 * <p>Nothing is repeated here: every call spends a token of a budget, and a write whose fate is unknown, and every {@code
 * Retry-After}, are the callers' to judge.
 */
final class AzureArmGateway implements ArmGateway {

    private static final Logger LOG = Logger.getLogger(AzureArmGateway.class);

    private final ArmAddress address;
    private final HttpRequests requests;
    private final HttpPipeline pipeline;
    private final HttpResults results;
    private final CallTraces traces;

    /**
     * @throws IllegalArgumentException if a setting makes no sense; the message names it
     */
    AzureArmGateway(AzureSettings settings, InstantSource clock, Tracing tracing) {
        this(settings, clock, tracing, ArmPipeline.client(settings, TrustedCertificates.Beside.NOTHING));
    }

    /** As {@link #AzureArmGateway(AzureSettings, InstantSource, Tracing)}, over another transport. */
    AzureArmGateway(AzureSettings settings, InstantSource clock, Tracing tracing, HttpClient client) {
        this.pipeline = ArmPipeline.over(client, settings);
        this.address = new ArmAddress(settings.armEndpoint(), settings.apiVersion());
        this.requests = new HttpRequests(address);
        this.results = new HttpResults(clock);
        this.traces = new CallTraces(tracing);
    }

    @Override
    public ArmResult send(ArmRequest request) {
        Optional<URI> url = address.of(request);
        return url.isPresent()
                ? send(request, url.get())
                : new ArmResult.ArmError(
                        0,
                        WorkerReason.ForeignLink,
                        "ARM returned a link to another host than kpfleet.azure.endpoint; it was not followed",
                        null);
    }

    private ArmResult send(ArmRequest request, URI url) {
        HttpRequest http = requests.of(request, url);
        Span span = traces.begin(request, http);
        try (HttpResponse response = pipeline.sendSync(http, Context.NONE)) {
            ArmResult result = results.of(request, response);
            log(request, result, response);
            CallTraces.end(span, http, response, result);
            return result;
        } catch (ClientAuthenticationException e) {
            return unanswered(
                    span,
                    http,
                    new ArmResult.ArmError(
                            401,
                            WorkerReason.CredentialUnavailable,
                            HttpResults.shorten("no token for " + url.getHost() + ": " + e.getMessage()),
                            null));
        } catch (RuntimeException e) {
            // The SDK throws whatever its HTTP client, its credential and Reactor throw.
            String cause = rootMessage(Exceptions.unwrap(e));
            LOG.infof(
                    "ARM gave no answer call=%s target=%s request=%s cause=%s",
                    request.kind().tag(),
                    request.about(),
                    http.getHeaders().getValue(CallTraces.CLIENT_REQUEST_ID),
                    cause);
            return unanswered(
                    span,
                    http,
                    new ArmResult.ArmError(
                            0,
                            WorkerReason.NetworkError,
                            HttpResults.shorten("no answer from " + url.getHost() + ": " + cause),
                            null));
        }
    }

    private static ArmResult unanswered(Span span, HttpRequest http, ArmResult.ArmError error) {
        CallTraces.end(span, http, null, error);
        return error;
    }

    /** Support asks for the correlation id; the body, which may be anything, and the headers stay out of the log. */
    private static void log(ArmRequest request, ArmResult result, HttpResponse response) {
        String correlation = response.getHeaderValue(CallTraces.CORRELATION_ID);
        switch (result) {
            case ArmResult.Ok ok -> {
                if (request.writes()) {
                    LOG.infof(
                            "ARM accepted call=%s target=%s status=%d correlation=%s",
                            request.kind().tag(), request.about(), ok.status(), correlation);
                } else {
                    LOG.debugf(
                            "ARM answered call=%s target=%s status=%d correlation=%s",
                            request.kind().tag(), request.about(), ok.status(), correlation);
                }
            }
            case ArmResult.ArmError error ->
                LOG.infof(
                        "ARM refused call=%s target=%s status=%d code=%s correlation=%s",
                        request.kind().tag(), request.about(), error.status(), error.code(), correlation);
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + (root.getMessage() == null ? "" : " " + root.getMessage());
    }
}

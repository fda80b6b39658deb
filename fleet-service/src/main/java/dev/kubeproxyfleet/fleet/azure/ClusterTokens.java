package dev.kubeproxyfleet.fleet.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * Microsoft Entra ID's tokens for the Kubernetes APIs of AKS clusters. One token is for every cluster of the tenant. Thread-safe.
 */
public final class ClusterTokens {

    /** The application of all AKS clusters with Entra integration, in every cloud: kubelogin's {@code --server-id}. */
    static final String SCOPE = "6dae42f8-4368-4678-94ff-3960e28e3630/.default";

    /** Life that a token must have left when it is given out. */
    static final Duration MARGIN = Duration.ofMinutes(5);

    /** After a failure nobody asks Entra again for so long. */
    static final Duration PAUSE = Duration.ofSeconds(10);

    private final TokenCredential credential;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable AccessToken token;
    private @Nullable Unavailable failure;
    private Instant askAgainAt = Instant.MIN;

    ClusterTokens(TokenCredential credential, InstantSource clock) {
        this.credential = credential;
        this.clock = clock;
    }

    /** Entra gives none; the message has its words. */
    public static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;

        Unavailable(String message) {
            super(message);
        }
    }

    /**
     * A token that lasts for {@link #MARGIN} at least. Waits for Entra where none is kept.
     *
     * @throws Unavailable if Entra gives none, or gave none a moment ago
     */
    public String token() throws Unavailable {
        lock.lock();
        try {
            AccessToken kept = token;
            if (kept == null
                    || kept.getExpiresAt().toInstant().isBefore(clock.instant().plus(MARGIN))) {
                kept = ask();
                token = kept;
            }
            return kept.getToken();
        } finally {
            lock.unlock();
        }
    }

    /** A cluster did not accept this token: the next that asks gets one that Entra gives anew. */
    public void refused(String refused) {
        lock.lock();
        try {
            if (token != null && token.getToken().equals(refused)) {
                token = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private AccessToken ask() throws Unavailable {
        if (failure != null && clock.instant().isBefore(askAgainAt)) {
            throw failure;
        }
        try {
            AccessToken fresh = credential.getTokenSync(new TokenRequestContext().addScopes(SCOPE));
            failure = null;
            return fresh;
        } catch (RuntimeException e) {
            // The SDK throws whatever its HTTP client and Reactor throw.
            Unavailable unavailable = new Unavailable(
                    HttpResults.shorten(String.valueOf(Exceptions.unwrap(e).getMessage()))
                            .lines()
                            .findFirst()
                            .orElse(""));
            failure = unavailable;
            askAgainAt = clock.instant().plus(PAUSE);
            throw unavailable;
        }
    }
}

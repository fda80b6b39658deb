package dev.kubeproxyfleet.fleet.identity;

import java.io.IOException;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of the clusters' issuers. Whoever asks for a key gets what is known and never waits: what is missing or old is
 * fetched beside it. Thread-safe. It holds one entry for each issuer that the inventory has named since the start.
 */
final class IssuerKeys implements KeySource {

    /** Keys that are older are fetched again, so that one that its issuer has withdrawn no longer counts. */
    static final Duration REFRESH = Duration.ofHours(1);

    /** As long as the issuer cannot be reached, its keys count for so long after they were fetched. */
    static final Duration TRUSTED = Duration.ofHours(24);

    /** An issuer is asked for a key that it did not have before only so often: anybody can invent names of keys. */
    static final Duration UNKNOWN_KEY = Duration.ofMinutes(1);

    /** An issuer that could not be asked is asked again after this. */
    static final Duration RETRY = Duration.ofSeconds(10);

    /** Keys that are remembered as not the issuer's, for each issuer. */
    static final int MAX_ABSENT = 16;

    /** Issuers that are asked at once. */
    static final int MAX_AT_ONCE = 32;

    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);

    private final Fetch fetch;
    private final Executor threads;
    private final InstantSource clock;
    private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);
    private final Map<String, Issuer> issuers = new ConcurrentHashMap<>();

    /** Asks an issuer. */
    @FunctionalInterface
    interface Fetch {

        /**
         * @return its public keys by their ids
         * @throws IOException if it cannot be asked, or has no keys to give; the message is for people
         */
        Map<String, Key> keys(String issuer) throws IOException;
    }

    /** @param threads that may wait for an issuer's answer */
    IssuerKeys(Fetch fetch, Executor threads, InstantSource clock) {
        this.fetch = fetch;
        this.threads = threads;
        this.clock = clock;
    }

    @Override
    public Found find(String issuer, String keyId) {
        return issuers.computeIfAbsent(issuer, Issuer::new).find(keyId);
    }

    private final class Issuer {

        private final String url;
        private Map<String, Key> keys = Map.of();

        /** Asked for and missing in {@link #keys}. */
        private Set<String> absent = Set.of();

        private final Set<String> wanted = new HashSet<>();
        private @Nullable Instant fetchedAt;
        private Instant notBefore = Instant.MIN;
        private boolean fetching;
        private boolean failing;

        Issuer(String url) {
            this.url = url;
        }

        synchronized Found find(String keyId) {
            Instant now = clock.instant();
            Key key = trusted(now) ? keys.get(keyId) : null;
            if (key == null && wanted.size() < MAX_ABSENT) {
                wanted.add(keyId);
            }
            if ((key == null || isOlderThan(REFRESH, now)) && !fetching && !now.isBefore(notBefore)) {
                fetching = true;
                threads.execute(this::fetch);
            }
            if (key != null) {
                return new Found.Known(key);
            }
            return absent.contains(keyId) && trusted(now) ? new Found.Absent() : new Found.NotYet();
        }

        private boolean trusted(Instant now) {
            return !isOlderThan(TRUSTED, now);
        }

        private boolean isOlderThan(Duration age, Instant now) {
            return fetchedAt == null || !fetchedAt.plus(age).isAfter(now);
        }

        private void fetch() {
            Set<String> asked;
            synchronized (this) {
                asked = Set.copyOf(wanted);
            }
            atOnce.acquireUninterruptibly();
            try {
                fetched(fetch.keys(url), asked);
            } catch (IOException | RuntimeException e) {
                failed(e);
            } finally {
                atOnce.release();
            }
        }

        private synchronized void fetched(Map<String, Key> now, Set<String> asked) {
            if (failing) {
                LOG.infof("the keys of issuer %s can be fetched again", url);
            }
            keys = Map.copyOf(now);
            Set<String> missing = new HashSet<>(asked);
            missing.removeAll(keys.keySet());
            absent = missing;
            wanted.removeAll(asked);
            fetchedAt = clock.instant();
            notBefore = fetchedAt.plus(UNKNOWN_KEY);
            failing = false;
            fetching = false;
        }

        private synchronized void failed(Exception e) {
            if (!failing) {
                LOG.warnf(
                        "the keys of issuer %s cannot be fetched (%s); nodes of its cluster cannot prove whose they are, unless"
                                + " with keys that are known already; it is tried again every %d s",
                        url, e.getMessage() == null ? e.toString() : e.getMessage(), RETRY.toSeconds());
            }
            notBefore = clock.instant().plus(RETRY);
            failing = true;
            fetching = false;
        }
    }
}

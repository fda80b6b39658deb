package dev.kubeproxyfleet.fleet.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Pager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription's {@code ReadOnly} management locks are on. Where they cannot be read it is Azure's answer to a write that tells
 * of them. One thread reads; any thread may ask.
 *
 * <p>Source: ManagementLockObject in Microsoft.Authorization, api-version 2020-05-01.
 */
final class ReadOnlyLocks {

    /** Of a subscription's locks; ARM cuts long lists into pages. */
    static final int MAX_PAGES = 50;

    private static final String LOCKS = "/providers/microsoft.authorization/locks/";

    private static final int FORBIDDEN = 403;

    private static final Logger LOG = Logger.getLogger(ReadOnlyLocks.class);

    private final String subscription;
    private final Azure azure;
    private final Duration interval;
    private volatile @Nullable List<String> scopes;
    private Instant readAt = Instant.MIN;

    /** @param interval between two readings, whatever came of the first */
    ReadOnlyLocks(String subscription, Azure azure, Duration interval) {
        this.subscription = subscription;
        this.azure = azure;
        this.interval = interval;
    }

    /** ARM resource ids in lower case, in their order, each once; null while they are not known. */
    @Nullable
    List<String> scopes() {
        return scopes;
    }

    /** Reads them if that is due. What cannot be read stays what it was, except for want of a right. */
    void read(Instant now) {
        if (now.isBefore(readAt.plus(interval))) {
            return;
        }
        readAt = now;
        SortedSet<String> read = new TreeSet<>();
        ArmResult.ArmError error = Pager.read(
                        azure::call, link -> new ArmRequest.ListLocks(subscription, link), MAX_PAGES, page -> {
                            addScopes(page.path("value"), read);
                            return true;
                        })
                .error();
        if (error == null) {
            scopes = List.copyOf(read);
            return;
        }
        boolean hasNoRight = error.status() == FORBIDDEN;
        // A right that was missing from the beginning is told of once, at the start of the service.
        if (!hasNoRight || scopes != null) {
            LOG.warnf("locks not read subscription=%s code=%s message=%s", subscription, error.code(), error.message());
        }
        if (hasNoRight) {
            scopes = null;
        }
    }

    /** A {@code CanNotDelete} lock keeps nobody from a change. */
    private static void addScopes(Iterable<JsonNode> locks, SortedSet<String> scopes) {
        for (JsonNode lock : locks) {
            String id = lock.path("id").asText("").toLowerCase(Locale.ROOT);
            int end = id.lastIndexOf(LOCKS);
            String level = lock.path("properties").path("level").asText();
            if (end > 0 && "ReadOnly".equalsIgnoreCase(level)) {
                scopes.add(id.substring(0, end));
            }
        }
    }
}

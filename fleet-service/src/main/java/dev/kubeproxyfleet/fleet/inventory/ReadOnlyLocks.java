package dev.kubeproxyfleet.fleet.inventory;

import com.azure.resourcemanager.resources.fluent.models.ManagementLockObjectInner;
import com.azure.resourcemanager.resources.models.LockLevel;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Pager;
import dev.kubeproxyfleet.fleet.azure.SdkModels;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription's {@code ReadOnly} management locks are on. Where they cannot be read it is Azure's answer to a write that tells
 * of them. One thread reads; any thread may ask.
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
        Pager.Listed<ManagementLockObjectInner> locks = Pager.list(
                azure::call,
                link -> new ArmRequest.ListLocks(subscription, link),
                MAX_PAGES,
                json -> SdkModels.read(json, ManagementLockObjectInner::fromJson));
        ArmResult.ArmError error = locks.error();
        if (error == null) {
            scopes = locks.items().stream()
                    .filter(ReadOnlyLocks::isReadOnly)
                    .flatMap(ReadOnlyLocks::scope)
                    .distinct()
                    .sorted()
                    .toList();
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
    private static boolean isReadOnly(ManagementLockObjectInner lock) {
        return lock.level() != null
                && LockLevel.READ_ONLY.toString().equalsIgnoreCase(lock.level().toString());
    }

    /** What it is on: its own id goes on from there. */
    private static Stream<String> scope(ManagementLockObjectInner lock) {
        String id = Objects.requireNonNullElse(lock.id(), "").toLowerCase(Locale.ROOT);
        int end = id.lastIndexOf(LOCKS);
        return end > 0 ? Stream.of(id.substring(0, end)) : Stream.empty();
    }
}

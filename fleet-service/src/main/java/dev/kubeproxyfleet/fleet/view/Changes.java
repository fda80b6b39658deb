package dev.kubeproxyfleet.fleet.view;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What changed lately, and by which records, what has gone among it. Bounded: what changed longest ago is forgotten first, and a
 * position from before that gets no answer, which is never one that lacks something. Not thread-safe: {@link FleetView} guards it.
 */
final class Changes {

    /** Things that are remembered to have changed: a fleet of 10,000 clusters with what is under way there, several times over. */
    static final int MAX_THINGS = 50_000;

    /**
     * The oldest position that is answered. A replica that starts reads what compacted topics keep, which after a day are no
     * tombstones any more ({@code delete.retention.ms}): of what has gone before that it knows nothing.
     */
    static final Duration MAX_AGE = Duration.ofHours(1);

    private final int limit;
    private final LinkedHashMap<String, Changed> latestLast = new LinkedHashMap<>();

    /** Of each partition the offset after the last record whose change is forgotten. */
    private final Map<Partition, Long> forgotten = new HashMap<>();

    Changes(int limit) {
        this.limit = limit;
    }

    /**
     * @param notice the latest one about this thing
     * @param offsets of each partition the offset of the last record that changed it
     */
    private record Changed(Notice notice, Map<Partition, Long> offsets) {}

    void add(Notice notice, Partition partition, long offset) {
        if (notice.event().equals(Notice.FLEET)) {
            // Each change is one of these.
            return;
        }
        Changed before = latestLast.remove(notice.key());
        Map<Partition, Long> offsets = before == null ? new HashMap<>(2) : before.offsets();
        offsets.put(partition, offset);
        latestLast.put(notice.key(), new Changed(notice, offsets));
        if (latestLast.size() > limit) {
            Iterator<Changed> oldest = latestLast.values().iterator();
            oldest.next().offsets().forEach((each, last) -> forgotten.merge(each, last + 1, Math::max));
            oldest.remove();
        }
    }

    /** Audit records are read again: each is a thing of its own, and would be there twice. */
    void forgetAudit() {
        latestLast.values().removeIf(changed -> changed.notice().event().equals(Notice.AUDIT));
    }

    /**
     * The latest notice of all that changed after {@code position}, oldest first.
     *
     * @param now up to where is read
     * @return empty if more has changed since than is remembered, or too long ago
     */
    Optional<List<Notice>> since(Position position, Position now) {
        boolean tooOld = Duration.between(position.at(), now.at()).compareTo(MAX_AGE) > 0;
        if (tooOld
                || forgotten.entrySet().stream()
                        .anyMatch(entry -> position.offset(entry.getKey()) < entry.getValue())) {
            return Optional.empty();
        }
        List<Notice> since = new ArrayList<>();
        for (Changed changed : latestLast.values()) {
            if (changed.offsets().entrySet().stream()
                    .anyMatch(entry -> entry.getValue() >= position.offset(entry.getKey()))) {
                since.add(changed.notice());
            }
        }
        return Optional.of(since);
    }
}

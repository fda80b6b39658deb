package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.KubernetesTrouble;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of one cluster: each is made from the one before, so that what was seen keeps the time when it was. Not thread-safe. */
final class Telling {

    private final String cluster;
    private @Nullable ClusterKubernetes last;

    /** @param last what is on the topic; null if nothing is */
    Telling(String cluster, @Nullable ClusterKubernetes last) {
        this.cluster = cluster;
        this.last = last;
    }

    /** What is told; null if nothing was yet. */
    @Nullable
    ClusterKubernetes last() {
        return last;
    }

    /**
     * The record of what was seen.
     *
     * @param hindered why not all is seen; null if it is
     * @param refresh whether to tell even if only the time of the sight is new
     * @return empty if there is nothing to tell
     */
    Optional<ClusterKubernetes> seen(
            @Nullable String uid, KubernetesSeen seen, @Nullable Trouble hindered, boolean refresh, Instant now) {
        ClusterKubernetes next = record(uid, hindered, seen, now);
        if (!refresh && last != null && isSame(next, last)) {
            return Optional.empty();
        }
        last = next;
        return Optional.of(next);
    }

    /**
     * The record of a cluster that cannot be seen: what was seen stays as it was, unless it may be of another cluster.
     *
     * @param uid null if it is not known which cluster it is
     * @return empty if that is told already
     */
    Optional<ClusterKubernetes> unseen(@Nullable String uid, Trouble trouble, Instant now) {
        boolean isOther = uid != null && last != null && !uid.equals(last.getUid());
        KubernetesSeen seen = last == null || isOther ? null : last.getSeen();
        String known = uid == null && last != null ? last.getUid() : uid;
        ClusterKubernetes next = record(known, trouble, seen, now);
        if (last != null && isSame(next, last)) {
            return Optional.empty();
        }
        last = next;
        return Optional.of(next);
    }

    private ClusterKubernetes record(
            @Nullable String uid, @Nullable Trouble trouble, @Nullable KubernetesSeen seen, Instant now) {
        return new ClusterKubernetes(
                cluster,
                uid,
                now,
                trouble == null
                        ? null
                        : new KubernetesTrouble(
                                trouble.code().code(),
                                trouble.message(),
                                since(trouble, now).toEpochMilli()),
                seen);
    }

    private Instant since(Trouble trouble, Instant now) {
        KubernetesTrouble before = last == null ? null : last.getTrouble();
        return before != null && before.getCode().equals(trouble.code().code())
                ? Instant.ofEpochMilli(before.getSince())
                : now;
    }

    /** Whether only times differ. */
    private static boolean isSame(ClusterKubernetes one, ClusterKubernetes other) {
        return Objects.equals(one.getUid(), other.getUid())
                && Objects.equals(one.getTrouble(), other.getTrouble())
                && Objects.equals(timeless(one.getSeen()), timeless(other.getSeen()));
    }

    private static @Nullable KubernetesSeen timeless(@Nullable KubernetesSeen seen) {
        return seen == null ? null : KubernetesSeen.newBuilder(seen).setAt(0).build();
    }
}

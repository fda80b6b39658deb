package dev.kubeproxyfleet.schemas.reason;

import static java.util.function.Function.identity;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every reason, in the order of its kinds, and by its text. */
final class Vocabulary {

    static final List<Reason> ALL = Stream.of(Reason.class.getPermittedSubclasses())
            .flatMap(kind -> Stream.of(kind.getEnumConstants()))
            .map(Reason.class::cast)
            .toList();

    private static final Map<String, Reason> BY_CODE =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Reason::code, identity()));

    /** Texts that earlier versions wrote, in records that are still kept. */
    private static final Map<String, Reason> FORMER =
            Map.of("UnreadableKubeProxyConfig", ClusterReason.KubeProxyConfigUnreadable);

    /** @return null if it is no reason of ours */
    static @Nullable Reason find(String code) {
        Reason reason = BY_CODE.get(code);
        return reason == null ? FORMER.get(code) : reason;
    }

    private Vocabulary() {}
}

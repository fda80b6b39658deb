package dev.kubeproxyfleet.fleet.notify;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** In which thread the messages of each of the latest rollouts are. It is kept with the position in the topic, as a text. */
final class Threads {

    /** Rollouts that are known; an older one gets a new thread. With the longest names they are less than the 4 kB that Kafka keeps. */
    static final int MAX = 30;

    private static final Pattern ENTRY = Pattern.compile("([^= ]{1,90})=([0-9.]{1,30})");

    private final Map<String, String> threads = new LinkedHashMap<>();

    @Nullable
    String of(String subject) {
        return threads.get(subject);
    }

    /** That a message was taken, the first of its thread if none is known. */
    void keep(String subject, String thread) {
        if (threads.putIfAbsent(subject, thread) == null && threads.size() > MAX) {
            threads.remove(threads.keySet().iterator().next());
        }
    }

    String text() {
        return threads.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .filter(entry -> ENTRY.matcher(entry).matches())
                .collect(Collectors.joining(" "));
    }

    /** Goes on with what {@link #text} said; what is no such text is left out. */
    void read(String text) {
        threads.clear();
        ENTRY.matcher(text).results().limit(MAX).forEach(entry -> threads.put(entry.group(1), entry.group(2)));
    }
}

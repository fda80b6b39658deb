package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * kube-proxy's command line.
 *
 * <p>Source: cmd/kube-proxy/app/options.go in Kubernetes; flags as spf13/pflag reads them, durations as Go's time.ParseDuration does.
 */
final class CommandLine {

    /** Nothing of the configuration can be known. */
    static final KubeProxyFlags UNKNOWN = new KubeProxyFlags(false, null, null, null, null, null);

    private static final String MODE = "proxy-mode";
    private static final String SCHEDULER = "ipvs-scheduler";
    private static final String TCP = "ipvs-tcp-timeout";
    private static final String TCP_FIN = "ipvs-tcpfin-timeout";
    private static final String UDP = "ipvs-udp-timeout";

    private static final Pattern DURATION = Pattern.compile("(?:[0-9]+(?:\\.[0-9]*)?(?:h|m|s|ms|us|µs|ns))+");
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?)(h|ms|m|s|us|µs|ns)");
    private static final Map<String, BigDecimal> SECONDS = Map.of(
            "h", BigDecimal.valueOf(3600),
            "m", BigDecimal.valueOf(60),
            "s", BigDecimal.ONE,
            "ms", BigDecimal.valueOf(1, 3),
            "us", BigDecimal.valueOf(1, 6),
            "µs", BigDecimal.valueOf(1, 6),
            "ns", BigDecimal.valueOf(1, 9));

    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"']|\"[^\"]*\"|'[^']*')+");

    private CommandLine() {}

    /**
     * What the flags say.
     *
     * @param words the container's {@code command}, then its {@code args}
     * @return {@link #UNKNOWN} where a file or the environment says it, or where kube-proxy would refuse a value
     */
    static KubeProxyFlags read(List<String> words) {
        Map<String, String> flags = flags(unwrapped(words));
        if (flags.containsKey("config") || flags.values().stream().anyMatch(value -> value.contains("$"))) {
            return UNKNOWN;
        }
        try {
            return new KubeProxyFlags(
                    true,
                    text(flags.get(MODE))
                            .map(mode -> mode.toLowerCase(Locale.ROOT))
                            .orElse(null),
                    text(flags.get(SCHEDULER)).orElse(null),
                    seconds(flags.get(TCP)),
                    seconds(flags.get(TCP_FIN)),
                    seconds(flags.get(UDP)));
        } catch (ArithmeticException e) {
            // A duration that is none, or no whole number of seconds.
            return UNKNOWN;
        }
    }

    /** What a shell is given to run, as words of their own. */
    private static List<String> unwrapped(List<String> words) {
        List<String> unwrapped = new ArrayList<>();
        for (String word : words) {
            boolean isScript = !word.startsWith("-") && word.contains(" --");
            if (isScript) {
                Matcher parts = WORD.matcher(word);
                while (parts.find()) {
                    unwrapped.add(parts.group());
                }
            } else {
                unwrapped.add(word);
            }
        }
        return unwrapped;
    }

    /** Of a flag that is given twice the last counts. */
    private static Map<String, String> flags(List<String> words) {
        Map<String, String> flags = new TreeMap<>();
        for (int i = 0; i < words.size(); i++) {
            String word = unquoted(words.get(i));
            if (!word.startsWith("--")) {
                continue;
            }
            int equals = word.indexOf('=');
            String name = (equals < 0 ? word.substring(2) : word.substring(2, equals)).replace('_', '-');
            if (equals >= 0) {
                flags.put(name, unquoted(word.substring(equals + 1)));
            } else if (i + 1 < words.size()) {
                // A boolean's next word is a flag of its own, which is read in its turn.
                flags.put(name, unquoted(words.get(i + 1)));
            } else {
                flags.put(name, "");
            }
        }
        flags.keySet().retainAll(List.of(MODE, SCHEDULER, TCP, TCP_FIN, UDP, "config"));
        return flags;
    }

    private static String unquoted(String word) {
        String stripped = word.strip();
        boolean quoted = stripped.length() >= 2
                && (stripped.charAt(0) == '"' || stripped.charAt(0) == '\'')
                && stripped.charAt(0) == stripped.charAt(stripped.length() - 1);
        return quoted ? stripped.substring(1, stripped.length() - 1) : stripped;
    }

    private static Optional<String> text(@Nullable String value) {
        return Optional.ofNullable(value).filter(given -> !given.isEmpty());
    }

    /** Null where the flag is not given, or is zero, which leaves the kernel's value. */
    private static @Nullable Integer seconds(@Nullable String value) {
        if (value == null || value.equals("0")) {
            return null;
        }
        if (!DURATION.matcher(value).matches()) {
            throw new ArithmeticException(value);
        }
        BigDecimal sum = BigDecimal.ZERO;
        Matcher parts = PART.matcher(value);
        while (parts.find()) {
            sum = sum.add(new BigDecimal(parts.group(1)).multiply(SECONDS.get(parts.group(2))));
        }
        int seconds = sum.intValueExact();
        return seconds == 0 ? null : seconds;
    }
}

package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.KubeProxyRead;
import java.util.Locale;
import java.util.regex.Pattern;

/** The command for a file that was given with the option of another kind; it is accepted as it stands, and changes nothing. */
final class OtherFileAdvice {

    /** What a shell takes as one word, whatever shell it is. */
    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    /** Of a DNS label, which is what a config's name must be. */
    private static final int LONGEST_NAME = 63;

    private static final String NAME_OF_NAMELESS = "kube-proxy";

    private OtherFileAdvice() {}

    /** The command that takes {@code source}, without the program's name. */
    static String command(String source, KubeProxyRead.Kind kind) {
        return kind == KubeProxyRead.Kind.FLEET_DOCUMENT
                ? "lint -f " + word(source)
                : "plan --name " + name(source) + " --kube-proxy-config " + word(source) + " --select-name '*'";
    }

    private static String word(String source) {
        return PLAIN_WORD.matcher(source).matches() ? source : "'" + source.replace("'", "'\\''") + "'";
    }

    /** A config's name after the file's. */
    private static String name(String source) {
        String file = source.substring(Math.max(source.lastIndexOf('/'), source.lastIndexOf('\\')) + 1);
        int dot = file.indexOf('.');
        String name = (dot < 0 ? file : file.substring(0, dot))
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-");
        name = name.substring(0, Math.min(name.length(), LONGEST_NAME)).replaceAll("^-+|-+$", "");
        return name.isEmpty() ? NAME_OF_NAMELESS : name;
    }
}

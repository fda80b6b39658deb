package dev.kubeproxyfleet.testing;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The secrets that a run has used, looked for where none may be: as they are, and as Base64, URLs, JSON and HTML disguise them. All of them
 * are looked for in one pass, so that there may be thousands. Confined to one thread.
 */
public final class Secrets {

    /** Shorter ones would be found by chance. */
    public static final int SHORTEST = 8;

    /** Of Base64, RFC 4648: three bytes are four letters. */
    private static final int BYTES_OF_GROUP = 3;

    /** Shorter lines of a PEM file are its end, and may be as short as one letter. */
    private static final int SHORTEST_PEM_LINE = 40;

    private static final Pattern PEM_LINE = Pattern.compile("[A-Za-z0-9+/=]{" + SHORTEST_PEM_LINE + ",}");

    /** @param secret the name that it was told under */
    private record Form(String secret, String disguise, byte[] bytes) {

        boolean isAt(byte[] content, int start) {
            return Arrays.equals(
                    content, start, Math.min(start + bytes.length, content.length), bytes, 0, bytes.length);
        }
    }

    /**
     * A secret that was found. It is named, and not shown.
     *
     * @param where file, command line or answer
     * @param line from 1 on; of a command line the argument, from 0 on; 0 for the name of a file
     * @param disguise such as {@code as it is} or {@code in Base64}
     */
    public record Find(String secret, String where, int line, String disguise) {}

    private final Map<Long, List<Form>> forms = new HashMap<>();

    /**
     * Tells a password, a cookie or any other text that is secret as a whole.
     *
     * @throws IllegalArgumentException if it is too short to be looked for
     */
    public void add(String name, String secret) {
        if (secret.length() < SHORTEST) {
            throw new IllegalArgumentException(
                    name + " has " + secret.length() + " letters; fewer than " + SHORTEST + " are found by chance");
        }
        disguises(secret).forEach((text, disguise) -> {
            Form form = new Form(name, disguise, text.getBytes(StandardCharsets.UTF_8));
            forms.computeIfAbsent(beginning(form.bytes(), 0), _ -> new ArrayList<>())
                    .add(form);
        });
    }

    /** Tells a token in compact form (RFC 7515, RFC 7516). Its last part is looked for, without which the others are worth nothing. */
    public void addToken(String name, String token) {
        add(name, token.substring(token.lastIndexOf('.') + 1));
    }

    /** Tells a private key in PEM; each of its lines is looked for. */
    public void addPem(String name, String pem) {
        pem.lines().filter(line -> PEM_LINE.matcher(line).matches()).forEach(line -> add(name, line));
    }

    private static Map<String, String> disguises(String secret) {
        Map<String, String> found = new LinkedHashMap<>();
        found.put(secret, "as it is");
        String json = new String(JsonStringEncoder.getInstance().quoteAsString(secret));
        found.putIfAbsent(json, "in JSON");
        found.putIfAbsent(json.replace("/", "\\/"), "in JSON");
        found.putIfAbsent(escaped(json), "in JSON");
        String url = URLEncoder.encode(secret, StandardCharsets.UTF_8);
        found.putIfAbsent(url, "in a URL");
        found.putIfAbsent(
                Pattern.compile("%..")
                        .matcher(url)
                        .replaceAll(code -> code.group().toLowerCase(Locale.ROOT)),
                "in a URL");
        found.putIfAbsent(url.replace("+", "%20"), "in a URL");
        found.putIfAbsent(
                secret.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;"),
                "in HTML");
        for (int before = 0; before < BYTES_OF_GROUP; before++) {
            found.putIfAbsent(base64(Base64.getEncoder(), secret, before), "in Base64");
            found.putIfAbsent(base64(Base64.getUrlEncoder(), secret, before), "in Base64");
        }
        return found;
    }

    /** As encoders write it that keep JSON out of HTML's way. */
    private static String escaped(String json) {
        return json.replace("+", "\\u002b")
                .replace("=", "\\u003d")
                .replace("&", "\\u0026")
                .replace("<", "\\u003c")
                .replace(">", "\\u003e");
    }

    /**
     * The letters that a secret has in Base64 whatever is around it.
     *
     * @param before how many bytes of its first group of three are not its own
     */
    private static String base64(Base64.Encoder encoder, String secret, int before) {
        byte[] own = secret.getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[before + own.length];
        System.arraycopy(own, 0, all, before, own.length);
        String letters = encoder.withoutPadding().encodeToString(all);
        int from = before == 0 ? 0 : before + 1;
        int shared = all.length % BYTES_OF_GROUP == 0 ? 0 : 1;
        return letters.substring(from, letters.length() - shared);
    }

    /** In a text, such as an answer. */
    public List<Find> in(String where, String text) {
        return search(where, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * In all files of a folder and in their names.
     *
     * @param mayHold which files are there to hold secrets; asked with paths within the folder
     */
    public List<Find> inFolder(Path folder, Predicate<Path> mayHold) throws IOException {
        List<Find> found = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path within = folder.relativize(file);
            in(within.toString(), within.toString())
                    .forEach(find -> found.add(new Find(find.secret(), find.where(), 0, find.disguise())));
            if (!mayHold.test(within)) {
                try {
                    found.addAll(search(within.toString(), Files.readAllBytes(file)));
                } catch (NoSuchFileException _) {
                    // A process that runs has deleted it meanwhile.
                }
            }
        }
        return found;
    }

    /** In what a list of processes shows of each; of Linux. */
    public List<Find> inCommandLines(Stream<ProcessHandle> processes) throws IOException {
        List<Find> found = new ArrayList<>();
        for (ProcessHandle process : processes.toList()) {
            try {
                byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
                for (int i = 0; i < line.length; i++) {
                    line[i] = line[i] == 0 ? (byte) '\n' : line[i];
                }
                search("the command line of process " + process.pid(), line)
                        .forEach(find ->
                                found.add(new Find(find.secret(), find.where(), find.line() - 1, find.disguise())));
            } catch (NoSuchFileException _) {
                // It has ended.
            }
        }
        return found;
    }

    private List<Find> search(String where, byte[] content) {
        Set<Find> found = new LinkedHashSet<>();
        int line = 1;
        long window = 0;
        for (int i = 0; i < content.length; i++) {
            window = window << Byte.SIZE | content[i] & 0xff;
            int start = i - SHORTEST + 1;
            if (start >= 0) {
                for (Form form : forms.getOrDefault(window, List.of())) {
                    if (form.isAt(content, start)) {
                        found.add(new Find(form.secret(), where, line, form.disguise()));
                    }
                }
            }
            if (content[i] == '\n') {
                line++;
            }
        }
        return List.copyOf(found);
    }

    private static long beginning(byte[] bytes, int start) {
        long window = 0;
        for (int i = start; i < start + SHORTEST; i++) {
            window = window << Byte.SIZE | bytes[i] & 0xff;
        }
        return window;
    }
}

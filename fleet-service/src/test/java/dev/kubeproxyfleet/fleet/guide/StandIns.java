package dev.kubeproxyfleet.fleet.guide;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * What answers in place of a command that cannot be run here. Small scripts on {@code PATH} hand such a command over; whatever is not
 * named here is run as it stands.
 */
final class StandIns implements AutoCloseable {

    /** Answers a command; its words are without the program. */
    interface Answer {
        /**
         * @return what it prints
         * @throws Wrong if the command could not succeed anywhere
         */
        String to(List<String> words) throws Exception;
    }

    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String why) {
            super(why);
        }
    }

    /**
     * @param commands of which the words match it are not run; words are separated by one blank
     * @param instead what happens in their place, for the page
     */
    record StandIn(Pattern commands, String instead, Answer answer) {}

    /** The words of the command, one a line, as the body; the answer's body is what the command prints. */
    private static final String SCRIPT = """
            #!/usr/bin/env bash
            set -euo pipefail
            here=$(mktemp -d)
            trap 'rm -rf "$here"' EXIT
            code=$(printf '%%s\\n' "%s" "$@" | curl -s -o "$here/answer" -w '%%{http_code}' --data-binary @- '%s')
            case $code in
              200) cat "$here/answer" ;;
              204) exec "%s" "$@" ;;
              *) cat "$here/answer" >&2 && exit 1 ;;
            esac
            """;

    private static final int OK = 200;
    private static final int RUN_IT = 204;
    private static final int FAILED = 400;

    private final HttpServer server;
    private final List<StandIn> standIns;
    private final Set<String> used = new LinkedHashSet<>();

    StandIns(List<StandIn> standIns) throws IOException {
        this.standIns = List.copyOf(standIns);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** Writes a script that comes in place of {@code program}. */
    void install(Path script, String program, Path real) throws IOException {
        String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        Files.writeString(script, SCRIPT.formatted(program, address, real));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException(script + " cannot be made executable");
        }
    }

    /** Stand-ins that no command needed, by what they say that happens instead. */
    List<String> unused() {
        return standIns.stream()
                .map(StandIn::instead)
                .filter(instead -> !used.contains(instead))
                .toList();
    }

    /** Stand-ins that a page does not list, by what they say that happens instead. */
    List<String> untold(String page) {
        return standIns.stream()
                .map(StandIn::instead)
                .filter(instead -> !page.contains("\n- " + instead + "\n"))
                .toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            List<String> words = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            String command = String.join(" ", words);
            for (StandIn standIn : standIns) {
                if (standIn.commands().matcher(command).find()) {
                    used.add(standIn.instead());
                    reply(exchange, standIn.answer(), words.subList(1, words.size()));
                    return;
                }
            }
            exchange.sendResponseHeaders(RUN_IT, -1);
        }
    }

    private static void reply(HttpExchange exchange, Answer answer, List<String> words) throws IOException {
        int status = OK;
        String text;
        try {
            text = answer.to(words);
        } catch (Exception e) {
            status = FAILED;
            text = e + "\n";
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

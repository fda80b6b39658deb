package dev.kubeproxyfleet.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** A user at a keyboard: runs commands and keeps what they print. */
final class Console {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private Screen screen = Screen.plain(true);
    private InstantSource clock = InstantSource.fixed(Fixtures.NOW);
    private Surroundings.Pause pause = Thread::sleep;
    private Browser browser = new NoBrowser();
    private String in = "";
    private PrintWriter output = new PrintWriter(out);

    Console server(String address) {
        environment.put(Kpfleet.SERVER_VARIABLE, address);
        return this;
    }

    Console with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** The user sits before this browser. */
    Console before(Browser screen) {
        browser = screen;
        return this;
    }

    Console at(InstantSource time) {
        clock = time;
        return this;
    }

    /** What happens while the command waits. */
    Console meanwhile(Surroundings.Pause event) {
        pause = event;
        return this;
    }

    Console typing(String text) {
        in = text;
        return this;
    }

    /** Instead of what {@link #out} shows. */
    Console writingTo(PrintWriter elsewhere) {
        output = elsewhere;
        return this;
    }

    /** Following takes time, so its clock must go. */
    Console inRealTime() {
        clock = InstantSource.system();
        return this;
    }

    Console on(Screen terminal) {
        screen = terminal;
        return this;
    }

    int run(String... arguments) {
        return Kpfleet.run(surroundings(), arguments);
    }

    /** @throws CommandLine.ParameterException if there is no such command, or it does not take these arguments */
    void accepts(String... arguments) {
        Kpfleet.commandLine(surroundings()).parseArgs(arguments);
    }

    private Surroundings surroundings() {
        return new Surroundings(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                output,
                new PrintWriter(err, true),
                screen,
                browser,
                environment,
                "./kpfleet",
                "./kpfleet",
                "alice",
                clock,
                pause);
    }

    private static final class NoBrowser implements Browser {

        @Override
        public boolean isAt() {
            return false;
        }

        @Override
        public void open(URI page) {
            throw new AssertionError("there is no browser to open " + page);
        }
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}

package dev.kubeproxyfleet.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything outside the program that a command may touch, files apart.
 *
 * @param program how the user called this program
 * @param again the same with the options that name the service, to be repeated in advice
 * @param user who is logged in to this machine
 */
record Surroundings(
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        Screen screen,
        Browser browser,
        Map<String, String> environment,
        String program,
        String again,
        String user,
        InstantSource clock,
        Pause pause) {

    /** Lets time go by. */
    interface Pause {
        void of(Duration length) throws InterruptedException;
    }

    /** Set by the launcher script to the words it was called with. */
    static final String PROGRAM_PROPERTY = "kpfleet.program";

    static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        String program = System.getProperty(PROGRAM_PROPERTY, "kpfleet");
        boolean unicode = System.out.charset().equals(StandardCharsets.UTF_8);
        return new Surroundings(
                System.in,
                new PrintWriter(System.out, false, System.out.charset()),
                new PrintWriter(System.err, true, System.err.charset()),
                Terminal.ofStandardOutput(environment, unicode)
                        .<Screen>map(terminal -> terminal)
                        .orElseGet(() -> Screen.plain(unicode)),
                Browser.ofSystem(environment),
                environment,
                program,
                program,
                System.getProperty("user.name", "unknown"),
                InstantSource.system(),
                Thread::sleep);
    }

    /** With these options in advice. */
    Surroundings advising(List<String> options) {
        String again = Stream.concat(Stream.of(program), options.stream().map(Surroundings::quoted))
                .collect(Collectors.joining(" "));
        return new Surroundings(in, out, err, screen, browser, environment, program, again, user, clock, pause);
    }

    /** As a shell reads it. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    void print(List<Line> lines) {
        Look look = screen.look();
        lines.forEach(line -> out.println(line.render(look)));
        out.flush();
    }

    void print(Line line) {
        print(List.of(line));
    }

    /** One sentence on standard error. */
    void complain(String sentence) {
        err.println(program + ": " + Visible.text(sentence));
    }

    /** One line on standard error that belongs to the sentence before. */
    void complainFurther(String line) {
        err.println("  " + Visible.text(line));
    }

    /** Whether something that was written went nowhere: the device is full, or nobody reads the pipe any more. */
    boolean outputLost() {
        return out.checkError();
    }
}

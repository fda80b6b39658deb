import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs every command of the README's shell blocks as it stands there, in its order, against the sandbox that it starts.
 *
 * <p>Two things differ from what a reader does: the sandbox gets free ports and a data folder of its own, so the two addresses
 * in the commands are replaced by its own; and where a command needs a certain situation (a stage that waits for approval), that
 * is brought about first. Each way to publish must lead to a rollout. The report is one that Surefire would write.
 */
public final class Readme {

    private static final String DASHBOARD = "127.0.0.1:8080";
    private static final String KAFKA = "127.0.0.1:9092";
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration COMMAND = Duration.ofSeconds(60);
    private static final Duration ROLLOUT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(250);

    /**
     * Gives a command the signals that one has in a terminal. Whoever starts the tests in the background of a shell starts them
     * with SIGINT ignored, which every process inherits, Java cannot undo, and a reader's terminal does not do.
     */
    private static final String DEFAULT_SIGNALS = "perl -e '$SIG{INT} = $SIG{HUP} = \"DEFAULT\"; exec @ARGV or die $!' ";

    private static final Pattern BLOCK = Pattern.compile("^```sh\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    /** A published config that prod-ipvs' commands can approve. */
    private static final String AWAITING_APPROVAL = """
            {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetConfig","metadata":{"name":"prod-ipvs"},"spec":{
            "kubeProxy":{"enabled":true,"mode":"IPVS","ipvsConfig":{"scheduler":"RoundRobin"}},
            "selector":{"tags":{"matchLabels":{"env":"prod"}}},
            "strategy":{"stages":[{"name":"all","size":"100%","approval":"before"}]}}}""";

    private sealed interface Result {
        record Passed() implements Result {}

        record Failed(String why) implements Result {}

        record Skipped(String why) implements Result {}
    }

    private record Run(String command, Result result, Duration took) {}

    private record Ended(int code, String output) {}

    private final Path root;
    private final Path work;
    private final int port = freePort();
    private final int kafkaPort = freePort();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Run> runs = new ArrayList<>();
    private Process sandbox;
    private Process follower;
    private Path sandboxOutput;
    private int lastGeneration;

    private Readme(Path root) throws IOException {
        this.root = root;
        this.work = Files.createTempDirectory("kpfleet-readme");
    }

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]).toAbsolutePath();
        Readme readme = new Readme(root);
        Runtime.getRuntime().addShutdownHook(new Thread(readme::end));
        List<String> commands = commands(Files.readString(root.resolve("README.md")));
        for (String command : commands) {
            long from = System.nanoTime();
            Result result;
            try {
                result = readme.run(command);
            } catch (IOException e) {
                result = new Result.Failed(e.toString());
            }
            readme.runs.add(new Run(command, result, Duration.ofNanos(System.nanoTime() - from)));
        }
        readme.runs.add(readme.stopAndFindItAgain());
        readme.report();
        System.exit(readme.runs.stream().anyMatch(run -> run.result() instanceof Result.Failed) ? 1 : 0);
    }

    /** The commands of all shell blocks; one goes on over lines that end in a backslash or a pipe. */
    private static List<String> commands(String markdown) {
        List<String> commands = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(markdown);
        while (blocks.find()) {
            StringBuilder command = new StringBuilder();
            for (String line : blocks.group(1).lines().toList()) {
                if (command.isEmpty() && (line.isBlank() || line.startsWith("#"))) {
                    continue;
                }
                command.append(line).append('\n');
                if (!line.endsWith("\\") && !line.endsWith("|")) {
                    commands.add(command.toString().strip());
                    command.setLength(0);
                }
            }
        }
        return commands;
    }

    private Result run(String command) throws IOException, InterruptedException {
        String words = command.replaceAll("\\s+#.*", "");
        if (words.equals("./kpfleet test")) {
            return new Result.Passed(); // It runs this.
        }
        if (words.equals("./kpfleet sandbox")) {
            return start(words);
        }
        if (sandbox == null || !sandbox.isAlive()) {
            return new Result.Failed("no sandbox runs" + (sandboxOutput == null ? "" : ": " + Files.readString(sandboxOutput)));
        }
        for (String tool : List.of("curl", "kcat")) {
            if (Pattern.compile("(^|\\|\\s*)" + tool + " ").matcher(words).find() && !isInstalled(tool)) {
                return new Result.Skipped(tool + " is not installed; install the package " + tool);
            }
        }
        if (words.contains(" apply ") || words.startsWith("curl -X PUT") || words.contains("kcat -P")) {
            return publish(words);
        }
        if (words.endsWith(" -w")) {
            return follow(words);
        }
        if (words.startsWith("./kpfleet approve")) {
            prepareApproval();
        }
        Result result = judge(bash(words), 0);
        return words.startsWith("./kpfleet abort") && result instanceof Result.Passed ? abortShown() : result;
    }

    /** Starts the sandbox as a reader does, apart from where it listens and keeps its state. */
    private Result start(String words) throws IOException, InterruptedException {
        sandboxOutput = Files.createTempFile(work, "sandbox", ".log");
        sandbox = builder(DEFAULT_SIGNALS + words + " --port " + port + " --kafka-port " + kafkaPort + " --data '" + work.resolve("data") + "'")
                .redirectOutput(sandboxOutput.toFile())
                .start();
        boolean ready = until(START, () -> !sandbox.isAlive() || text(sandboxOutput).contains("Ctrl-C stops everything"));
        return ready && sandbox.isAlive()
                ? new Result.Passed()
                : new Result.Failed("the sandbox is not ready: " + text(sandboxOutput));
    }

    /** A way to publish: the command succeeds, and the config's next rollout comes into being and gets under way. */
    private Result publish(String words) throws IOException, InterruptedException {
        int before = generation();
        Result result = judge(bash(words), 0);
        if (!(result instanceof Result.Passed)) {
            return result;
        }
        String rollout = "prod-ipvs." + (before + 1);
        return until(ROLLOUT, () -> get("/api/v1/rollouts/" + rollout).matches("(?s).*\"state\" ?: ?\"(Updating|Verifying|Converged)\".*"))
                ? new Result.Passed()
                : new Result.Failed(rollout + " is not under way: " + get("/api/v1/rollouts/" + rollout));
    }

    /** Follows in the background, as in a terminal of its own; the abort must end it. */
    private Result follow(String words) throws IOException {
        Path output = Files.createTempFile(work, "follow", ".log");
        follower = builder(words).redirectOutput(output.toFile()).start();
        return until(COMMAND, () -> !follower.isAlive() || text(output).contains("prod-ipvs")) && follower.isAlive()
                ? new Result.Passed()
                : new Result.Failed("nothing is followed: " + text(output));
    }

    private void prepareApproval() throws IOException, InterruptedException {
        int before = generation();
        try {
            client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/configs/prod-ipvs"))
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(AWAITING_APPROVAL))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        } finally {
            until(ROLLOUT, () -> get("/api/v1/rollouts/prod-ipvs." + (before + 1)).contains("AwaitingApproval"));
        }
    }

    private Result abortShown() throws InterruptedException {
        if (!until(ROLLOUT, () -> get("/api/v1/rollouts/prod-ipvs." + generation()).matches("(?s).*\"state\" ?: ?\"Aborted\".*"))) {
            return new Result.Failed("the rollout is not Aborted");
        }
        if (follower == null) {
            return new Result.Passed();
        }
        // 1: the rollout that was followed ended otherwise than Succeeded.
        return follower.waitFor(ROLLOUT.toSeconds(), TimeUnit.SECONDS) && follower.exitValue() == 1
                ? new Result.Passed()
                : new Result.Failed("get rollout -w did not end with code 1 after the rollout was stopped");
    }

    /** What the README says of Ctrl-C: it stops the sandbox, and the next start goes on. */
    private Run stopAndFindItAgain() throws IOException, InterruptedException {
        long from = System.nanoTime();
        Result result = sandbox == null ? new Result.Failed("there is no sandbox to stop") : stopped();
        if (result instanceof Result.Passed) {
            int before = lastGeneration;
            result = start("./kpfleet sandbox");
            if (result instanceof Result.Passed
                    && !until(ROLLOUT, () -> generation() == before)) {
                result = new Result.Failed("after a restart the latest rollout is prod-ipvs." + generation() + ", not ." + before);
            }
        }
        return new Run("Ctrl-C stops it, the next start goes on", result, Duration.ofNanos(System.nanoTime() - from));
    }

    /** It says so, and leaves no fleet service behind. */
    private Result stopped() throws IOException, InterruptedException {
        lastGeneration = generation();
        new ProcessBuilder("kill", "-INT", Long.toString(sandbox.pid())).start().waitFor();
        if (!sandbox.waitFor(COMMAND.toSeconds(), TimeUnit.SECONDS)) {
            return new Result.Failed("the sandbox does not stop: " + text(sandboxOutput));
        }
        if (!text(sandboxOutput).contains("The sandbox has stopped")) {
            return new Result.Failed("the sandbox does not say that it has stopped: " + text(sandboxOutput));
        }
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return new Result.Passed();
        } catch (IOException e) {
            return new Result.Failed("something still listens on port " + port + ": " + e.getMessage());
        }
    }

    /** Generation of the latest rollout of prod-ipvs; 0 if there is none. */
    private int generation() {
        Matcher ids = Pattern.compile("\"prod-ipvs\\.(\\d+)\"").matcher(get("/api/v1/rollouts"));
        return ids.results().mapToInt(id -> Integer.parseInt(id.group(1))).max().orElse(0);
    }

    private String get(String path) {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(Duration.ofSeconds(5))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            return "(" + e + ")";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "(interrupted)";
        }
    }

    private ProcessBuilder builder(String words) {
        String there = words.replace(DASHBOARD, "127.0.0.1:" + port).replace(KAFKA, "127.0.0.1:" + kafkaPort);
        boolean one = there.startsWith("./kpfleet ") || there.startsWith(DEFAULT_SIGNALS + "./kpfleet ");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "set -o pipefail; " + (one ? "exec " : "") + there)
                .directory(root.toFile())
                .redirectErrorStream(true);
        builder.environment().put("KPFLEET_SERVER", "http://127.0.0.1:" + port);
        return builder;
    }

    /** Runs a command to its end. Its output goes to a file: a pipe that nobody reads would hold it up. */
    private Ended bash(String words) throws IOException, InterruptedException {
        Path output = Files.createTempFile(work, "command", ".log");
        Process process = builder(words.startsWith("curl ") ? words.replaceFirst("curl ", "curl --fail-with-body -sS ") : words)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(COMMAND.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Ended(-1, "it did not end within " + COMMAND + ": " + text(output));
        }
        return new Ended(process.exitValue(), text(output));
    }

    private static Result judge(Ended ended, int expected) {
        return ended.code() == expected
                ? new Result.Passed()
                : new Result.Failed("exit code " + ended.code() + ": " + ended.output().strip());
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    private static boolean until(Duration atMost, BooleanSupplier condition) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void report() throws IOException {
        StringBuilder xml = new StringBuilder("<testsuite name=\"README\">\n");
        for (Run run : runs) {
            String name = run.command().lines().findFirst().orElse("").replaceAll("\\s+#.*", "");
            System.out.printf("%-8s %5.1f s  %s%n", run.result().getClass().getSimpleName().toLowerCase(Locale.ROOT), run.took().toMillis() / 1000.0, name);
            xml.append("<testcase classname=\"README\" name=\"").append(escaped(name)).append("\">");
            switch (run.result()) {
                case Result.Passed() -> {}
                case Result.Failed(String why) -> {
                    System.out.println(why.indent(4));
                    xml.append("<failure message=\"").append(escaped(why)).append("\"/>");
                }
                case Result.Skipped(String why) -> xml.append("<skipped message=\"").append(escaped(why)).append("\"/>");
            }
            xml.append("</testcase>\n");
        }
        Path report = root.resolve("target/surefire-reports/TEST-README.xml");
        Files.createDirectories(report.getParent());
        Files.writeString(report, xml.append("</testsuite>\n"));
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b-\\x1f]", "").replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private void end() {
        for (Process process : new Process[] {follower, sandbox}) {
            if (process != null && process.isAlive()) {
                process.destroy();
                try {
                    process.waitFor(COMMAND.toSeconds(), TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    process.destroyForcibly();
                }
            }
        }
        try (Stream<Path> files = Files.walk(work)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println(work + " could not be deleted: " + e.getMessage());
        }
    }
}

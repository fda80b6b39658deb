package dev.kubeproxyfleet.fleet.guide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.guide.GuideScript.Block;
import dev.kubeproxyfleet.fleet.guide.StandIns.StandIn;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Follows {@code docs/production.md}: runs its blocks as they stand there, in its order, in one bash. Run it by {@code kpfleet
 * follow-guide}. What cannot be run here is in {@link #standIns}, and the page names each of them. The report is one that Surefire would
 * write.
 */
final class FollowGuide {

    private static final String CONFIG = "dev-ipvs";

    /** The page's subscription, in place of which the simulated fleet's comes. */
    private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";

    private static final Duration WHOLE = Duration.ofMinutes(10);
    private static final Duration ROLLOUT = Duration.ofMinutes(3);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Path root;
    private final Path work;
    private final GuideWorld world;
    private final Azure azure;
    private final Helm helm;

    private FollowGuide(Path root, Path work) throws Exception {
        this.root = root;
        this.work = work;
        this.world = new GuideWorld(root, work);
        this.azure = new Azure(root);
        this.helm = new Helm(root, new Kubectl(world.kubeconfig));
    }

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]).toAbsolutePath();
        String page = Files.readString(root.resolve("docs/production.md"));
        GuideScript guide = GuideScript.of(page);
        String missing = Commands.find("kubectl").isEmpty()
                ? "kubectl"
                : Commands.find("helm").isEmpty() ? "helm" : "";
        if (!missing.isEmpty()) {
            report(
                    root,
                    guide,
                    guide.blocks().size(),
                    "there is no " + missing + " to follow the page with",
                    List.of());
            return;
        }
        Path work = Files.createTempDirectory("kpfleet-guide");
        FollowGuide follower = new FollowGuide(root, work);
        int code;
        try (GuideWorld world = follower.world) {
            code = follower.follow(page, guide.with(SUBSCRIPTION, world.subscription));
        }
        if (code == 0) {
            Commands.run(List.of("rm", "-rf", work.toString()), "");
        }
        System.exit(code);
    }

    private int follow(String page, GuideScript guide) throws Exception {
        Path bin = Files.createDirectories(work.resolve("bin"));
        Path folder = Files.createDirectories(work.resolve("project"));
        for (String shown : List.of("deploy", "docs")) {
            Files.createSymbolicLink(folder.resolve(shown), root.resolve(shown));
        }
        Path output = work.resolve("output");
        Path progress = Files.createFile(work.resolve("progress"));
        try (StandIns standIns = new StandIns(standIns(folder))) {
            standIns.install(
                    bin.resolve("kubectl"), "kubectl", Commands.find("kubectl").orElseThrow());
            standIns.install(bin.resolve("helm"), "helm", Commands.find("helm").orElseThrow());
            standIns.install(bin.resolve("az"), "az", Path.of("/bin/false"));
            standIns.install(folder.resolve("kpfleet"), "kpfleet", root.resolve("kpfleet"));
            Process bash = bash(guide.write(work.resolve("script"), progress), folder, bin, output);
            boolean ended = bash.waitFor(WHOLE.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                bash.destroyForcibly();
            }
            List<String> problems = new ArrayList<>();
            if (!ended || bash.exitValue() != 0) {
                problems.add(Files.readString(output));
            } else {
                standIns.unused().forEach(instead -> problems.add("no command needs this any more: " + instead));
            }
            standIns.untold(page).forEach(instead -> problems.add("the page does not tell that " + instead));
            boolean well = problems.isEmpty();
            String why = String.join("\n", problems);
            report(root, guide, well ? guide.blocks().size() : -1, why, Files.readAllLines(progress));
            return well ? 0 : 1;
        }
    }

    private Process bash(Path script, Path folder, Path bin, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PATH", bin + ":" + environment.get("PATH"));
        environment.put("KUBECONFIG", world.kubeconfig.toString());
        environment.put("KPFLEET_SERVER", world.service.toString());
        return builder.start();
    }

    private List<StandIn> standIns(Path folder) {
        return List.of(
                standIn("^kpfleet images ", "images are not built and pushed", _ -> images()),
                standIn("^helm upgrade --install strimzi ", "Strimzi is not installed", _ -> ""),
                standIn(
                        "^kubectl -n kafka (apply|wait) ",
                        "Kafka runs already, with the same topics, users and rights",
                        words -> {
                            world.keepCredentials();
                            return files(words);
                        }),
                standIn(
                        "^kubectl -n kafka get kafka ",
                        "the address of Kafka is that of the broker",
                        _ -> world.brokers()),
                standIn("^az ", "templates of Azure are looked at, and deployed nowhere", azure::answer),
                standIn(
                        "^helm upgrade (--install )?fleet ",
                        "Helm renders the chart, and kubectl applies it",
                        words -> helm.upgrade(words, folder)),
                standIn(
                        "^kubectl -n kubeproxy-fleet rollout status ",
                        "the service is started outside, with what its pod would get",
                        _ -> {
                            world.restartService();
                            return "";
                        }),
                standIn("^kpfleet approve ", "the canary's bake is ended early", this::approve),
                standIn("^helm uninstall fleet ", "what Helm has rendered is deleted by kubectl", _ -> {
                    world.stopService();
                    return helm.uninstall();
                }));
    }

    private static StandIn standIn(String commands, String instead, StandIns.Answer answer) {
        return new StandIn(Pattern.compile(commands), instead, answer);
    }

    /** The launcher must know the command. */
    private String images() throws IOException, StandIns.Wrong {
        if (!Files.readString(root.resolve("kpfleet")).contains("\n  images)")) {
            throw new StandIns.Wrong("kpfleet has no command images");
        }
        return "";
    }

    /** Files that a command names must be there. */
    private String files(List<String> words) throws StandIns.Wrong {
        for (String word : words) {
            if (word.startsWith("deploy/") && !Files.exists(root.resolve(word))) {
                throw new StandIns.Wrong("there is no " + word);
            }
        }
        return "";
    }

    /** Half an hour of baking is too long for a test; what follows the approval must succeed. */
    private String approve(List<String> words) throws Exception {
        awaitState("Baking");
        kpfleet("promote", CONFIG);
        awaitState("AwaitingApproval");
        String answer = kpfleet(words.toArray(String[]::new));
        awaitState("Succeeded");
        return answer;
    }

    private String kpfleet(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(root.resolve("kpfleet").toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--server", world.service.toString()));
        return Commands.run(command, "");
    }

    /** Of the rollout, or of the stage that it is in. */
    private void awaitState(String state) throws Exception {
        URI address = world.service.resolve("api/v1/rollouts/" + CONFIG + ".1");
        long end = System.nanoTime() + ROLLOUT.toNanos();
        String shown = "";
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end) {
                shown = client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                        .body();
                JsonNode rollout = Json.MAPPER.readTree(shown);
                if (rollout.findValuesAsText("state").contains(state)) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            }
        }
        throw new StandIns.Wrong("the rollout is not " + state + ": " + shown);
    }

    /** @param passed blocks from the first one on; -1: those before the last that was begun */
    private static void report(Path root, GuideScript guide, int passed, String why, List<String> progress)
            throws IOException {
        boolean skipped = progress.isEmpty();
        int well = passed >= 0 ? passed : progress.size() - 1;
        StringBuilder xml = new StringBuilder("<testsuite name=\"docs/production.md\">\n");
        for (int i = 0; i < guide.blocks().size(); i++) {
            Block block = guide.blocks().get(i);
            String result = skipped ? "skipped" : i < well ? "passed" : i == well ? "failed" : "not reached";
            System.out.printf(Locale.ROOT, "%-11s %6s  %s%n", result, took(progress, i), block.heading());
            xml.append("<testcase classname=\"production.md\" name=\"")
                    .append(escaped(block.heading()))
                    .append("\">");
            if (skipped) {
                xml.append("<skipped message=\"").append(escaped(why)).append("\"/>");
            } else if (i >= well) {
                xml.append("<failure message=\"")
                        .append(escaped(i == well ? why : "not reached"))
                        .append("\"/>");
            }
            xml.append("</testcase>\n");
        }
        if (!why.isEmpty()) {
            System.out.println(why);
        }
        Path report = root.resolve("target/surefire-reports/TEST-production.xml");
        Files.createDirectories(report.getParent());
        Files.writeString(report, xml.append("</testsuite>\n"));
    }

    /** Seconds from the beginning of a block to that of the next one. */
    private static String took(List<String> progress, int block) {
        if (block + 1 >= progress.size()) {
            return "";
        }
        double from = Double.parseDouble(progress.get(block).split(" ", 2)[1]);
        double to = Double.parseDouble(progress.get(block + 1).split(" ", 2)[1]);
        return String.format(Locale.ROOT, "%.1f s", to - from);
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0b-\\x1f]", "")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("\"", "&quot;");
    }
}

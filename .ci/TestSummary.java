import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads the reports of every module, and of the pages whose commands are run, and prints what was run, what failed, and what was
 * skipped for which reason. The exit code is 1 if a test failed, or if there is no report at all.
 */
public final class TestSummary {

    private static final String REPORTS = "target/surefire-reports";

    /** How the libraries lead in to what a test said of why it cannot run. */
    private static final Pattern LEAD_IN = Pattern.compile(
            "^(org\\.opentest4j\\.)?TestAbortedException:|^Assumption failed:|^assumption was not met due to:|^skipped:");

    /** AssertJ's form of a description. */
    private static final Pattern DESCRIPTION = Pattern.compile("^\\[(.+)\\]$");

    private record Module(String name, int run, List<String> failed, List<Skipped> skipped) {}

    private record Skipped(String type, String reason) {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        List<Module> modules = new ArrayList<>();
        Path deploy = root.resolve("deploy");
        Stream<Path> below = Files.isDirectory(deploy) ? Files.list(deploy).sorted() : Stream.empty();
        try (Stream<Path> folders =
                Stream.of(Files.list(root).sorted(), below, Stream.of(root)).flatMap(it -> it)) {
            for (Path folder : folders.toList()) {
                if (Files.isDirectory(folder.resolve(REPORTS))) {
                    modules.add(read(folder.equals(root) ? "pages" : folder.getFileName().toString(), folder));
                }
            }
        }
        int width = modules.stream().mapToInt(m -> m.name().length()).max().orElse(0);
        System.out.println();
        for (Module module : modules) {
            System.out.printf(
                    "%-" + (width + 2) + "s%5d run %5d failed %5d skipped%n",
                    module.name(),
                    module.run(),
                    module.failed().size(),
                    module.skipped().size());
        }
        list("Failed:", modules.stream().flatMap(m -> m.failed().stream()).toList());
        list("Skipped:", byReason(modules.stream().flatMap(m -> m.skipped().stream()).toList()));
        int failed = modules.stream().mapToInt(m -> m.failed().size()).sum();
        int skipped = modules.stream().mapToInt(m -> m.skipped().size()).sum();
        int run = modules.stream().mapToInt(Module::run).sum();
        System.out.printf("%n%d passed, %d failed, %d skipped%n", run - failed - skipped, failed, skipped);
        System.exit(failed > 0 || modules.isEmpty() ? 1 : 0);
    }

    /** One line for each reason: how many tests, which classes have them, and what they lack. */
    private static List<String> byReason(List<Skipped> skipped) {
        Map<String, List<Skipped>> reasons =
                skipped.stream().collect(Collectors.groupingBy(Skipped::reason, TreeMap::new, Collectors.toList()));
        return reasons.entrySet().stream()
                .map(entry -> "%d of %s: %s".formatted(
                        entry.getValue().size(),
                        String.join(
                                ", ",
                                entry.getValue().stream().map(Skipped::type).collect(Collectors.toCollection(TreeSet::new))),
                        entry.getKey()))
                .toList();
    }

    private static void list(String heading, List<String> lines) {
        if (!lines.isEmpty()) {
            System.out.println();
            System.out.println(heading);
            lines.forEach(line -> System.out.println("  " + line));
        }
    }

    private static Module read(String name, Path folder) throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        int run = 0;
        List<String> failed = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        for (Path report : reports(folder)) {
            NodeList cases = builder.parse(report.toFile()).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                String method = test.getAttribute("name");
                String full = test.getAttribute("classname") + (method.isEmpty() ? "" : "." + method);
                run++;
                if (test.getElementsByTagName("skipped").item(0) instanceof Element skip) {
                    String type = test.getAttribute("classname");
                    skipped.add(new Skipped(type.substring(type.lastIndexOf('.') + 1), whySkipped(skip)));
                } else if (test.getElementsByTagName("failure").item(0) instanceof Element failure) {
                    failed.add(full + ": " + reason(failure));
                } else if (test.getElementsByTagName("error").item(0) instanceof Element error) {
                    failed.add(full + ": " + reason(error));
                }
            }
        }
        return new Module(name, run, failed, skipped);
    }

    private static List<Path> reports(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(REPORTS))) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted()
                    .toList();
        }
    }

    /** The first line of what JUnit was told. */
    private static String reason(Element element) {
        return said(element).strip().lines().findFirst().orElse("no reason given");
    }

    /** What the test said of what it lacks, without the words that the libraries put around it. */
    private static String whySkipped(Element element) {
        for (String line : said(element).lines().toList()) {
            String rest = line.strip();
            for (Matcher lead = LEAD_IN.matcher(rest); lead.find(); lead = LEAD_IN.matcher(rest)) {
                rest = rest.substring(lead.end()).strip();
            }
            if (!rest.isEmpty()) {
                Matcher description = DESCRIPTION.matcher(rest);
                return description.matches() ? description.group(1) : rest;
            }
        }
        return "no reason given";
    }

    private static String said(Element element) {
        String message = element.getAttribute("message");
        return message.isBlank() ? element.getTextContent() : message;
    }
}

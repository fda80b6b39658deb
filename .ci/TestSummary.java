import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads the reports of every module, and of the README, and prints what was run, what failed, and what was skipped for which
 * reason. The exit code is 1 if a test failed, or if there is no report at all.
 */
public final class TestSummary {

    private static final String REPORTS = "target/surefire-reports";

    private record Module(String name, int run, List<String> failed, List<String> skipped) {}

    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        List<Module> modules = new ArrayList<>();
        try (Stream<Path> folders = Stream.concat(Files.list(root).sorted(), Stream.of(root))) {
            for (Path folder : folders.toList()) {
                if (Files.isDirectory(folder.resolve(REPORTS))) {
                    modules.add(read(folder.equals(root) ? "README.md" : folder.getFileName().toString(), folder));
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
        list("Skipped:", modules.stream().flatMap(m -> m.skipped().stream()).toList());
        int failed = modules.stream().mapToInt(m -> m.failed().size()).sum();
        int skipped = modules.stream().mapToInt(m -> m.skipped().size()).sum();
        int run = modules.stream().mapToInt(Module::run).sum();
        System.out.printf("%n%d passed, %d failed, %d skipped%n", run - failed - skipped, failed, skipped);
        System.exit(failed > 0 || modules.isEmpty() ? 1 : 0);
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
        List<String> skipped = new ArrayList<>();
        for (Path report : reports(folder)) {
            NodeList cases = builder.parse(report.toFile()).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                String method = test.getAttribute("name");
                String full = test.getAttribute("classname") + (method.isEmpty() ? "" : "." + method);
                run++;
                if (test.getElementsByTagName("skipped").item(0) instanceof Element skip) {
                    skipped.add(full + ": " + reason(skip));
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
        String message = element.getAttribute("message");
        String text = message.isBlank() ? element.getTextContent() : message;
        return text.strip().lines().findFirst().orElse("no reason given");
    }
}

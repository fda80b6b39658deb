package dev.kubeproxyfleet.fleet.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code docs/settings.md}, made of the mappings in the sources. */
final class SettingsPage {

    private static final String HEAD = """
            # Settings

            Every setting that is this project's own, as the sources have them. This page is written by a test.

            Give a setting as a system property of its name (`-Dkpfleet.controller.tick=2s`), in a file `config/application.properties`
            beside where the program starts, or as an environment variable: its name in capitals, with `_` for every other character
            (`KPFLEET_CONTROLLER_TICK=2s`). A property wins over a variable, and a variable over the file. The service does not start with a
            setting `kpfleet.*` that it does not know. Everything that [Quarkus](https://quarkus.io/guides/all-config) can be told, such as
            `quarkus.http.port`, is given in the same way.

            A duration is written `10s`, `5m`, `1h` or as ISO 8601 has it (`PT1M30S`). Several values have commas between them. "Since" is
            the first version that knows the setting.
            """;

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("boolean", "`true` or `false`"),
            Map.entry("int", "number"),
            Map.entry("long", "number"),
            Map.entry("short", "number"),
            Map.entry("OptionalLong", "number"),
            Map.entry("double", "number with a point"),
            Map.entry("Believed", "`any` or `proven`"),
            Map.entry("FormName", "`webhook`, `teams`, `slack` or `slack-api`"),
            Map.entry("Notification.Severity", "`info`, `warning` or `error`"),
            Map.entry("Duration", "duration"),
            Map.entry("MemorySize", "bytes, such as `16M`"),
            Map.entry("String", "text"),
            Map.entry("Path", "path"),
            Map.entry("URI", "URL"),
            Map.entry("Secret", "text, secret"),
            Map.entry("AzureCloud", "name"),
            Map.entry("List<String>", "texts"),
            Map.entry("Set<String>", "texts"),
            Map.entry("Map<String,String>", "text"),
            Map.entry("Map<String,List<String>>", "texts"));

    private SettingsPage() {}

    /** @param modules folder of the sources of each program, by its title */
    static String write(Map<String, List<Path>> modules) throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        for (Map.Entry<String, List<Path>> program : modules.entrySet()) {
            page.append("\n## ").append(program.getKey()).append('\n');
            for (MappingSource.Mapping mapping : MappingSource.in(program.getValue())) {
                page.append("\n### `").append(mapping.prefix()).append(".*`\n\n");
                page.append(mapping.text()).append("\n\n");
                page.append("| setting | type | default | since | is |\n|---|---|---|---|---|\n");
                mapping.settings().forEach(setting -> page.append(row(mapping, setting)));
            }
        }
        return page.toString();
    }

    private static String row(MappingSource.Mapping mapping, MappingSource.Setting setting) {
        return List.of(
                        "`" + mapping.prefix() + "." + setting.name() + "`",
                        type(setting.type()),
                        setting.value().isEmpty() ? "" : "`" + setting.value() + "`",
                        setting.since(),
                        setting.text())
                .stream()
                .map(cell -> cell.replace("|", "\\|"))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String type(String java) {
        String type = java.startsWith("Optional<") ? java.substring("Optional<".length(), java.length() - 1) : java;
        String words = TYPES.get(type);
        if (words == null) {
            throw new IllegalStateException("no words for settings of type " + java);
        }
        return words;
    }
}

package dev.kubeproxyfleet.fleet.guide;

import dev.kubeproxyfleet.fleet.guide.StandIns.Wrong;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The Azure CLI as far as the page needs it: a deployment must name a template that is there and give each parameter that has no
 * default, and no other; an output that is asked for must be one of a template that was deployed.
 */
final class Azure {

    private static final Pattern PARAMETER = Pattern.compile("^param (\\w+) \\w+( =)?", Pattern.MULTILINE);
    private static final Pattern OUTPUT = Pattern.compile("^output (\\w+) ", Pattern.MULTILINE);
    private static final Pattern QUERY = Pattern.compile("properties\\.outputs\\.(\\w+)\\.value");
    private static final String VALUE = "11111111-1111-1111-1111-111111111111";

    private final Path root;
    private final Map<String, String> deployed = new HashMap<>();

    Azure(Path root) {
        this.root = root;
    }

    String answer(List<String> words) throws Wrong, IOException {
        String command = words.stream().takeWhile(word -> !word.startsWith("-")).collect(Collectors.joining(" "));
        return switch (command) {
            case "aks update" -> "";
            case "aks show" -> "https://westeurope.oic.prod-aks.azure.com/tenant/issuer/\n";
            case "deployment group create", "deployment sub create" -> deploy(words);
            case "deployment group show" -> show(words);
            default -> throw new Wrong("az " + command + " is not known here");
        };
    }

    private String deploy(List<String> words) throws Wrong, IOException {
        String template = Files.readString(root.resolve(value(words, "--template-file")));
        Set<String> given = given(words);
        for (MatchResult parameter : PARAMETER.matcher(template).results().toList()) {
            if (!given.remove(parameter.group(1)) && parameter.group(2) == null) {
                throw new Wrong("the template needs the parameter " + parameter.group(1));
            }
        }
        if (!given.isEmpty()) {
            throw new Wrong("the template has no parameter " + given);
        }
        if (template.contains("targetScope = 'subscription'") != words.contains("sub")) {
            throw new Wrong("the template is of another scope");
        }
        deployed.put(value(words, "--name"), template);
        return "";
    }

    private String show(List<String> words) throws Wrong {
        String query = value(words, "--query");
        String template = Optional.ofNullable(deployed.get(value(words, "--name")))
                .orElseThrow(() -> new Wrong("there is no such deployment"));
        return QUERY.matcher(query)
                .results()
                .map(output -> output.group(1))
                .filter(output -> OUTPUT.matcher(template)
                        .results()
                        .anyMatch(one -> one.group(1).equals(output)))
                .findFirst()
                .map(output -> VALUE + "\n")
                .orElseThrow(() -> new Wrong("the deployment has no output " + query));
    }

    /** Names of the parameters, none of them empty. */
    private static Set<String> given(List<String> words) throws Wrong {
        List<String> given = new ArrayList<>();
        for (String word : words.subList(words.indexOf("--parameters") + 1, words.size())) {
            String[] parts = word.split("=", 2);
            if (parts.length == 2) {
                if (parts[1].isEmpty()) {
                    throw new Wrong("the parameter " + parts[0] + " is empty");
                }
                given.add(parts[0]);
            }
        }
        return given.stream().collect(Collectors.toSet());
    }

    private static String value(List<String> words, String option) throws Wrong {
        int at = words.indexOf(option);
        if (at < 0 || at + 1 == words.size()) {
            throw new Wrong(option + " is missing");
        }
        return words.get(at + 1);
    }
}

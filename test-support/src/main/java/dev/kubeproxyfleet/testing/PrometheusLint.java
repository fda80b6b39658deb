package dev.kubeproxyfleet.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code promtool check metrics} would say of the metrics of one prefix in the text format 0.0.4.
 *
 * <p>Source of the rules: Prometheus, "Metric and label naming", as promtool checks it.
 */
public final class PrometheusLint {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    private static final Pattern OTHER_UNITS = Pattern.compile(
            "_(ms|us|ns|sec|min|hr|days?|hours?|minutes?|(milli|micro|nano)(s|seconds)|[kmg]i?b|(kilo|mega|giga|kibi|mebi)bytes|bits|percent)(_|$)");

    private PrometheusLint() {}

    /** One line for each fault; empty if there is none. */
    public static List<String> faults(String text, String prefix) {
        Map<String, String> helps = new HashMap<>();
        Map<String, String> types = new HashMap<>();
        TreeSet<String> names = new TreeSet<>();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", 4);
                (words[1].equals("HELP") ? helps : types).put(words[2], words.length < 4 ? "" : words[3].strip());
            } else if (!line.startsWith("#")) {
                names.add(line.split("[ {]", 2)[0]);
            }
        });
        List<String> faults = new ArrayList<>();
        for (String name : names.tailSet(prefix)) {
            if (!name.startsWith(prefix)) {
                break;
            }
            if (helps.getOrDefault(name, "").isEmpty()) {
                faults.add(name + " has no help text");
            }
            boolean counter = "counter".equals(types.get(name));
            if (counter != name.endsWith("_total")) {
                faults.add(name + (counter ? " is a counter without _total" : " ends in _total and is no counter"));
            }
            if (!NAME.matcher(name).matches()) {
                faults.add(name + " is not in snake_case");
            }
            if (OTHER_UNITS.matcher(name).find()) {
                faults.add(name + " has another unit than the base unit");
            }
        }
        return faults;
    }
}

package dev.kubeproxyfleet.simulator.node;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code /proc/net/ip_vs} as a person would, so that tests do not lean on the code that wrote it. */
final class IpvsText {

    record Service(String protocol, String scheduler, List<Integer> active, List<Integer> inactive) {}

    private IpvsText() {}

    static List<Service> services(String table) {
        List<Service> services = new ArrayList<>();
        for (String line : table.lines().skip(3).toList()) {
            String[] words = line.trim().split(" +");
            if (words[0].equals("->")) {
                services.getLast().active().add(Integer.valueOf(words[4]));
                services.getLast().inactive().add(Integer.valueOf(words[5]));
            } else {
                services.add(new Service(words[0], words[2], new ArrayList<>(), new ArrayList<>()));
            }
        }
        return services;
    }
}

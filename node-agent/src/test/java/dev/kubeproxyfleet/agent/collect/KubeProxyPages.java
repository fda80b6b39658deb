package dev.kubeproxyfleet.agent.collect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metric pages of kube-proxy by version and mode, out of {@code kube-proxy/pages.txt}, which says what it holds. */
final class KubeProxyPages {

    /** The first minor version that tells IP families apart. */
    static final int FIRST_WITH_FAMILIES = 34;

    private static final List<String> FAMILIES = List.of("IPv4", "IPv6");
    private static final Pattern BLOCK = Pattern.compile("@ (\\d+)-(\\d+) (\\S+)");
    private static final String NOT_SHOWN = "-";

    private KubeProxyPages() {}

    /** @param families 1 for IPv4 alone, 2 for both */
    static String page(int minor, String mode, int families) {
        StringBuilder page = new StringBuilder();
        boolean shown = false;
        for (String line : text().split("\n", -1)) {
            Matcher block = BLOCK.matcher(line);
            if (block.matches()) {
                shown = Integer.parseInt(block.group(1)) <= minor
                        && minor <= Integer.parseInt(block.group(2))
                        && List.of(block.group(3).split(",", -1)).contains(mode);
            } else if (shown && line.contains("<family>")) {
                perFamily(line, minor < FIRST_WITH_FAMILIES ? 0 : families, page);
            } else if (shown) {
                page.append(line.replace("<minor>", String.valueOf(minor))).append('\n');
            }
        }
        return page.toString();
    }

    private static void perFamily(String line, int families, StringBuilder page) {
        int space = line.lastIndexOf(' ');
        String series = line.substring(0, space);
        String[] values = line.substring(space + 1).split("\\|", -1);
        if (families == 0) {
            String without = series.replace("<family>,", "").replace("{<family>}", "");
            page.append(without).append(' ').append(values[0]).append('\n');
        }
        for (int i = 0; i < families; i++) {
            if (!values[i].equals(NOT_SHOWN)) {
                String labelled = series.replace("<family>", "ip_family=\"" + FAMILIES.get(i) + "\"");
                page.append(labelled).append(' ').append(values[i]).append('\n');
            }
        }
    }

    private static String text() {
        try (InputStream in = KubeProxyPages.class.getResourceAsStream("/kube-proxy/pages.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}

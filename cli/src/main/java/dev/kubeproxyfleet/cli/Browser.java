package dev.kubeproxyfleet.cli;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The browser of the user's own screen. */
interface Browser {

    /** Whether the user sits before this machine, as far as can be told. */
    boolean isAt();

    /** Shows a page, if it can. */
    void open(URI page);

    static Browser ofSystem(Map<String, String> environment) {
        String system = System.getProperty("os.name", "");
        boolean mac = system.startsWith("Mac");
        boolean windows = system.startsWith("Windows");
        boolean screen = mac
                || windows
                || !environment.getOrDefault("DISPLAY", "").isEmpty()
                || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
        boolean remote = !environment.getOrDefault("SSH_CONNECTION", "").isEmpty();
        List<String> opener = mac
                ? List.of("open")
                : windows ? List.of("rundll32", "url.dll,FileProtocolHandler") : List.of("xdg-open");
        return new Browser() {
            @Override
            public boolean isAt() {
                return screen && !remote;
            }

            @Override
            public void open(URI page) {
                try {
                    new ProcessBuilder(Stream.concat(opener.stream(), Stream.of(page.toString()))
                                    .toList())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
                } catch (IOException e) {
                    // The user is shown the address as well.
                }
            }
        };
    }
}

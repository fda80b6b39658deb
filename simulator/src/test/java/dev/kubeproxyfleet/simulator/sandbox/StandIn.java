package dev.kubeproxyfleet.simulator.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** In the place of the fleet service: says that it is ready, until it is asked not to, and which process it is. */
public final class StandIn {

    /** Says which process answers. */
    static final String WHO = "/who";

    /** Is no longer ready from then on. */
    static final String RETIRE = "/retire";

    private StandIn() {}

    public static void main(String[] arguments) throws IOException {
        Properties settings = new Properties();
        String locations = System.getProperty("smallrye.config.locations");
        try (Reader in = Files.newBufferedReader(Path.of(locations.split(",", -1)[0]))) {
            settings.load(in);
        }
        AtomicBoolean ready = new AtomicBoolean(true);
        HttpServer server = HttpServer.create(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(settings.getProperty("quarkus.http.port"))),
                0);
        server.createContext("/q/health/ready", exchange -> answer(exchange, ready.get() ? 200 : 503, ""));
        server.createContext(
                WHO,
                exchange -> answer(
                        exchange, 200, Long.toString(ProcessHandle.current().pid())));
        server.createContext(RETIRE, exchange -> {
            ready.set(false);
            answer(exchange, 200, "");
        });
        server.start();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /** Writes a jar that runs it. */
    static Path jar(Path file) throws IOException {
        URL classes = StandIn.class.getProtectionDomain().getCodeSource().getLocation();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, StandIn.class.getName());
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classes.toString());
        new JarOutputStream(Files.newOutputStream(file), manifest).close();
        return file;
    }
}

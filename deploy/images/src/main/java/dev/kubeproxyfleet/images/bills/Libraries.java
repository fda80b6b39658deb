package dev.kubeproxyfleet.images.bills;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The libraries that we ship, as {@code deploy/bills/libraries.json} lists them: one in a line, by name. */
public record Libraries(List<Library> all) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "deploy/bills/libraries.json";

    public Libraries {
        all = List.copyOf(all);
    }

    public static Libraries of(Path project) throws IOException {
        return new Libraries(JSON.readValue(Files.readString(project.resolve(FILE)), new TypeReference<>() {}));
    }

    /** The library of the name {@code group:artifact:version}. */
    public Optional<Library> named(String name) {
        return all.stream().filter(library -> library.name().equals(name)).findAny();
    }

    void write(Path project) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Library library : all) {
            text.append(text.isEmpty() ? "[\n" : ",\n").append(JSON.writeValueAsString(library));
        }
        Files.writeString(project.resolve(FILE), text.append("\n]\n"));
    }
}

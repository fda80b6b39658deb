package dev.kubeproxyfleet.schemas.binary;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The schemas with which released versions have written their records: a file {@code <topic>/<version>.avsc} for each, without its
 * comments, and a list of all of them with their hashes. {@code ./kpfleet archive} writes both.
 */
public final class SchemaArchive {

    private static final String FOLDER = "/dev/kubeproxyfleet/schemas/archive/";
    private static final String LIST = "SHA256SUMS";
    private static final String SUFFIX = ".avsc";

    /** A line of the list is as {@code sha256sum} writes it: the hash, two characters, and the name of the file. */
    private static final int NAME_BEGINS = 66;

    private SchemaArchive() {}

    /** Every schema of a topic's records that was ever released. */
    static List<Schema> of(Topic topic) {
        return texts(topic).stream()
                .map(text -> new Schema.Parser().parse(text))
                .toList();
    }

    /** The same as JSON, the one of the earliest version first; empty where a topic's records are not in Avro. */
    public static List<String> texts(Topic topic) {
        return text(LIST)
                .lines()
                .map(line -> line.substring(NAME_BEGINS))
                .filter(file -> file.startsWith(topic.suffix() + '/') && file.endsWith(SUFFIX))
                .sorted(Comparator.comparing(file ->
                        Version.parse(file.substring(topic.suffix().length() + 1, file.length() - SUFFIX.length()))))
                .map(SchemaArchive::text)
                .toList();
    }

    private static String text(String file) {
        try (InputStream in = SchemaArchive.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new FileNotFoundException(FOLDER + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException("this build lacks a part of its archive of schemas", broken);
        }
    }
}

package dev.kubeproxyfleet.schemas.binary;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * The schemas with which released versions have written their records: a file {@code <topic>/<version>.avsc} for each, without its
 * comments, and a list of all of them with their hashes. {@code ./kpfleet archive} writes both.
 */
final class SchemaArchive {

    private static final String FOLDER = "/dev/kubeproxyfleet/schemas/archive/";
    private static final String LIST = "SHA256SUMS";
    private static final String SUFFIX = ".avsc";

    /** A line of the list is as {@code sha256sum} writes it: the hash, two characters, and the name of the file. */
    private static final int NAME_BEGINS = 66;

    private SchemaArchive() {}

    /** Every schema of a topic's records that was ever released. */
    static List<Schema> of(Topic topic) {
        List<Schema> schemas = new ArrayList<>();
        for (String line : text(LIST).lines().toList()) {
            String file = line.substring(NAME_BEGINS);
            if (file.startsWith(topic.suffix() + '/') && file.endsWith(SUFFIX)) {
                schemas.add(new Schema.Parser().parse(text(file)));
            }
        }
        return schemas;
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

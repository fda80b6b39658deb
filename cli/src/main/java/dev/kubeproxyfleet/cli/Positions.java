package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Where the members of a document in YAML or JSON stand in its file. */
final class Positions {

    /** JSON is YAML, too. */
    private static final YAMLFactory YAML = new YAMLFactory();

    private final Map<String, Integer> lines = new HashMap<>();
    private int unreadable = 1;

    private Positions() {}

    /** Of a document that need not be valid: what cannot be read ends it. */
    static Positions of(byte[] document) {
        Positions positions = new Positions();
        try (JsonParser parser = YAML.createParser(document)) {
            JsonToken token = parser.nextToken();
            while (token != null) {
                if (!token.isStructEnd()) {
                    positions.lines.putIfAbsent(
                            spelled(parser.getParsingContext().pathAsPointer().toString()),
                            parser.currentTokenLocation().getLineNr());
                }
                token = parser.nextToken();
            }
        } catch (JsonProcessingException e) {
            positions.unreadable =
                    e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
        } catch (IOException | RuntimeException e) {
            // SnakeYAML has no checked exceptions; whoever judges the document says what is wrong with it.
            positions.unreadable = 1;
        }
        return positions;
    }

    /**
     * The line, from 1, of a member; of the nearest one around it, where there is none.
     *
     * @param pointer JSON pointer, in any casing; empty for the document, whose line is where it cannot be read any more
     */
    int line(String pointer) {
        for (String path = spelled(pointer); !path.isEmpty(); path = path.substring(0, path.lastIndexOf('/'))) {
            Integer line = lines.get(path);
            if (line != null) {
                return line;
            }
        }
        return unreadable;
    }

    /** The documented spellings of kube-proxy's members differ in their case alone. */
    private static String spelled(String pointer) {
        return pointer.toLowerCase(Locale.ROOT);
    }
}

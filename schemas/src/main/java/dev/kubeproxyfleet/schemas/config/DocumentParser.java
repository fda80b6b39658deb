package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Bytes to one tree: JSON if it is JSON, else YAML. */
final class DocumentParser {

    private static final JsonFactory JSON = new JsonFactory();
    private static final YAMLFactory YAML = new YAMLFactory();
    private static final Pattern QUOTED_TOKEN = Pattern.compile("(token) '.*?'(?=:|$)");

    private DocumentParser() {}

    /** What the bytes hold. */
    sealed interface Parsed {}

    record Tree(JsonNode root) implements Parsed {}

    record Unreadable(Problem problem) implements Parsed {}

    static Parsed parse(byte[] bytes) {
        if (bytes.length > FleetConfigReader.MAX_BYTES) {
            return tooLarge(bytes.length);
        }
        return TextDecoding.decode(bytes, StandardCharsets.UTF_8)
                .map(DocumentParser::parse)
                .orElseGet(() -> unreadable(
                        DocumentReason.NotJson, "The document is not UTF-8 text; JSON or YAML in UTF-8 is expected."));
    }

    /** As {@link #parse(byte[])}, in UTF-16 too. */
    static Parsed parseInAnyEncoding(byte[] bytes) {
        if (bytes.length > FleetConfigReader.MAX_BYTES) {
            return tooLarge(bytes.length);
        }
        return TextDecoding.decode(bytes)
                .map(DocumentParser::parse)
                .orElseGet(() -> unreadable(
                        DocumentReason.NotJson,
                        "The document is neither UTF-8 nor UTF-16 text; JSON in one of them is expected."));
    }

    private static Parsed parse(String text) {
        Parsed json = read(() -> JSON.createParser(text), "JSON");
        if (!(json instanceof Unreadable(Problem problem)) || problem.code() != DocumentReason.NotJson) {
            return json;
        }
        Parsed yaml = read(() -> YAML.createParser(text), "YAML");
        return switch (yaml) {
            case Tree(JsonNode root) when root.isContainerNode() -> yaml;
            // Any prose is a YAML scalar: whoever sent it did not mean a document.
            case Tree _ ->
                unreadable(
                        DocumentReason.NotJson,
                        "The document is plain text; a JSON object or a YAML mapping is expected.");
            case Unreadable(Problem problemOfYaml)
            when problemOfYaml.code() == DocumentReason.NotJson
                    && text.stripLeading().startsWith("{") -> json;
            case Unreadable _ -> yaml;
        };
    }

    private interface Source {
        JsonParser open() throws IOException;
    }

    private static Parsed read(Source source, String language) {
        try (JsonParser parser = source.open()) {
            return new Tree(TreeReader.read(parser));
        } catch (DocumentRefused e) {
            return new Unreadable(e.problem());
        } catch (JsonProcessingException e) {
            return unreadable(DocumentReason.NotJson, "The document is not " + language + where(e) + ".");
        } catch (IOException | RuntimeException e) {
            // SnakeYAML has no checked exceptions, and broken input has found unplanned ones in it before.
            return unreadable(DocumentReason.NotJson, "The document is not " + language + ".");
        }
    }

    /** Says where and why, and repeats no token: what someone pasted by mistake may hold a secret. */
    private static String where(JsonProcessingException e) {
        String reason = QUOTED_TOKEN
                .matcher(e.getOriginalMessage().lines().findFirst().orElse(""))
                .replaceAll("$1");
        String location = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return location + ": " + Problems.shortened(reason);
    }

    private static Unreadable tooLarge(int bytes) {
        return unreadable(
                DocumentReason.TooLarge,
                "The document has " + bytes + " bytes; at most " + FleetConfigReader.MAX_BYTES + " are allowed.");
    }

    private static Unreadable unreadable(DocumentReason code, String message) {
        return new Unreadable(new Problem(code, "", message));
    }
}

package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;

/** The words that the messages of {@link Problem} are made of. */
final class Problems {

    private static final int MAX_SHOWN = 100;

    private Problems() {}

    /** Where, as the subject of a sentence. */
    static String at(JsonPointer path) {
        return path.matches() ? "The document" : shortened(path.toString());
    }

    /** What was found: a short value itself, the kind of a larger one. */
    static String found(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object of " + value.size();
            case ARRAY -> "a list of " + value.size();
            case STRING -> "\"" + shortened(value.textValue()) + "\"";
            case NULL -> "null";
            case BOOLEAN, NUMBER -> shortened(value.asText());
            case BINARY, MISSING, POJO -> "nothing that JSON can hold";
        };
    }

    static Problem problem(DocumentReason code, JsonPointer path, String predicate) {
        return new Problem(code, path.toString(), at(path) + " " + predicate);
    }

    /** As much of a stranger's text as a log line bears, without what would break the line. */
    static String shortened(String text) {
        String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, end(text)) + "…";
        return shown.replaceAll("\\p{Cntrl}", "\uFFFD");
    }

    /** Not between the halves of a surrogate pair. */
    private static int end(String text) {
        return Character.isHighSurrogate(text.charAt(MAX_SHOWN - 1)) ? MAX_SHOWN - 1 : MAX_SHOWN;
    }
}

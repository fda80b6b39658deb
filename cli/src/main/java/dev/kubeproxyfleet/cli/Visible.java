package dev.kubeproxyfleet.cli;

/**
 * Text of others as a terminal may be sent it. A terminal obeys control characters, and those that turn the direction of writing
 * make a reader see what is not there, so both are written as escapes.
 */
final class Visible {

    private Visible() {}

    /** One line of text: a line break becomes {@code \n}, the escape character {@code \}{@code u001b}. */
    static String text(String text) {
        if (text.codePoints().noneMatch(Visible::isHidden)) {
            return text;
        }
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isHidden(c)) {
                visible.append(
                        switch (c) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            default -> escape(c);
                        });
            } else {
                visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }

    /** The same JSON, in which only line breaks between its parts are control characters. */
    static String json(String json) {
        StringBuilder visible = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (c != '\n' && c != '\r' && isHidden(c)) {
                for (char half : Character.toChars(c)) {
                    visible.append(escape(half));
                }
            } else {
                visible.appendCodePoint(c);
            }
        });
        return visible.toString();
    }

    static boolean isHidden(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static String escape(int c) {
        return "\\u%04x".formatted(c);
    }
}

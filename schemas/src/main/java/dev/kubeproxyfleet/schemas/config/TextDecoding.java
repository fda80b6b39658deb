package dev.kubeproxyfleet.schemas.config;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The text of a file whose encoding its bytes tell: UTF-8, and UTF-16 as PowerShell 5 writes it, each with or without its mark. */
final class TextDecoding {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private TextDecoding() {}

    /** The text without its byte order mark; empty if the bytes are no text in one of these encodings. */
    static Optional<String> decode(byte[] bytes) {
        return decode(bytes, encoding(bytes));
    }

    /** The text without its byte order mark; empty if the bytes are no text in {@code encoding}. */
    static Optional<String> decode(byte[] bytes, Charset encoding) {
        try {
            String text = encoding.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return Optional.of(!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** JSON and YAML begin with an ASCII character, so a zero byte beside it tells UTF-16 and its order (RFC 4627, section 3). */
    private static Charset encoding(byte[] bytes) {
        if (bytes.length < 2) {
            return StandardCharsets.UTF_8;
        }
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        if ((first == 0xFF && second == 0xFE) || (first != 0 && second == 0)) {
            return StandardCharsets.UTF_16LE;
        }
        if ((first == 0xFE && second == 0xFF) || (first == 0 && second != 0)) {
            return StandardCharsets.UTF_16BE;
        }
        return StandardCharsets.UTF_8;
    }
}

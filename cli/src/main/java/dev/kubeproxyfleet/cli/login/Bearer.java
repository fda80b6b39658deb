package dev.kubeproxyfleet.cli.login;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a token looks like. */
final class Bearer {

    /** RFC 6750, section 2.1; anything else in a header could end it. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private Bearer() {}

    /** @param origin where the token comes from, for the message */
    static String checked(String token, String origin) throws LoginException {
        String stripped = token.strip();
        if (!TOKEN.matcher(stripped).matches()) {
            throw new LoginException(
                    LoginException.Obstacle.Usage,
                    stripped.isEmpty()
                            ? origin + " holds no token; it is empty."
                            : origin + " holds no token; it has characters that no token has.");
        }
        return stripped;
    }

    static String read(Path file) throws LoginException {
        try {
            return checked(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new LoginException(
                    LoginException.Obstacle.Usage, "the token in %s cannot be read: %s.".formatted(file, e));
        }
    }
}

package dev.kubeproxyfleet.cli.login;

import java.security.SecureRandom;
import java.util.Base64;

/** Text that nobody guesses: 43 letters, digits, {@code -} and {@code _}. */
final class RandomText {

    private static final int BYTES = 32;

    private RandomText() {}

    static String fresh() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

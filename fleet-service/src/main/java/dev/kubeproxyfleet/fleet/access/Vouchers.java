package dev.kubeproxyfleet.fleet.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Lets the service know again, on Kafka, what it has published for somebody whom it knows. A voucher is an HMAC-SHA-256 (RFC 2104) over a
 * {@link Statement} and the time, by a key that all replicas derive (HKDF, RFC 5869) from one secret. Thread-safe.
 */
public final class Vouchers {

    /** Where there is no login, nobody is asked, and nothing is vouched for. */
    public static final Vouchers NONE = new Vouchers(null);

    private static final String MAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final byte[] PURPOSE = "kpfleet vouchers".getBytes(StandardCharsets.UTF_8);

    /** Version, milliseconds since the epoch, and the code in Base64 for URLs. */
    private static final Pattern FORM = Pattern.compile("1\\.([0-9]{1,18})\\.([-_A-Za-z0-9]{43})");

    private final @Nullable SecretKey key;

    private Vouchers(@Nullable SecretKey key) {
        this.key = key;
    }

    /** @param secret the same on every replica, and known to nobody else */
    public static Vouchers by(String secret) {
        try {
            return new Vouchers(KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            MAC,
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret.getBytes(StandardCharsets.UTF_8))
                                    .thenExpand(PURPOSE, KEY_BYTES)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no HKDF-SHA256", e);
        }
    }

    /** Empty where there is no login. */
    public Optional<String> issue(Statement statement, Instant at) {
        return Optional.ofNullable(key)
                .map(known -> "1." + at.toEpochMilli() + "."
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(code(known, statement, at)));
    }

    /** @param voucher which the record carries; null if it carries none */
    public Warrant check(Statement statement, @Nullable String voucher) {
        if (key == null) {
            return new Warrant.NotAsked();
        }
        if (voucher == null) {
            return new Warrant.Claimed();
        }
        Matcher parts = FORM.matcher(voucher);
        if (!parts.matches()) {
            return new Warrant.Disproved("its voucher is none of this service: it has not the form of one");
        }
        Instant at = Instant.ofEpochMilli(Long.parseLong(parts.group(1)));
        byte[] given = Base64.getUrlDecoder().decode(parts.group(2));
        return MessageDigest.isEqual(given, code(key, statement, at))
                ? new Warrant.Vouched(at)
                : new Warrant.Disproved("its voucher is not of this record, or was made with another session-secret");
    }

    private static byte[] code(SecretKey key, Statement statement, Instant at) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(statement.encoded(at));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no " + MAC, e);
        }
    }
}

package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.Notification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent in structured mode, so that its attributes are signed too.
 *
 * <p>Source: CloudEvents HTTP Protocol Binding 1.0.2, section 3.2; Standard Webhooks 1.0.0, "Signature scheme".
 *
 * @param secrets null for messages without a signature
 */
record Webhook(Address address, @Nullable SecretFile secrets) implements Form {

    static final String SOURCE = "/fleet-service/notify";

    private static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";
    private static final String SECRET_PREFIX = "whsec_";
    private static final int MIN_SECRET_BYTES = 24;
    private static final int MAX_SECRET_BYTES = 64;

    @Override
    public boolean isForPeople() {
        return false;
    }

    @Override
    public Letter letter(List<Notification> notifications, @Nullable String thread, Instant now) throws IOException {
        Notification notification = notifications.getFirst();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", notification.id());
        event.put("source", SOURCE);
        event.put("type", notification.kind().type());
        event.put("subject", notification.subject());
        event.put("time", notification.at());
        event.put("datacontenttype", "application/json");
        event.put("data", notification);
        String body = Form.json(event);
        String timestamp = Long.toString(now.getEpochSecond());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", CONTENT_TYPE);
        headers.put("webhook-id", notification.id());
        headers.put("webhook-timestamp", timestamp);
        if (secrets != null) {
            List<String> signatures = new ArrayList<>();
            for (String secret : secrets.lines()) {
                signatures.add("v1," + sign(secret, notification.id() + "." + timestamp + "." + body));
            }
            headers.put("webhook-signature", String.join(" ", signatures));
        }
        return new Letter(address.now(), headers, body);
    }

    private static String sign(String secret, String content) throws IOException {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static byte[] key(String secret) throws IOException {
        if (secret.startsWith(SECRET_PREFIX)) {
            try {
                byte[] key = Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()));
                if (key.length >= MIN_SECRET_BYTES && key.length <= MAX_SECRET_BYTES) {
                    return key;
                }
            } catch (IllegalArgumentException e) {
                // As below.
            }
        }
        throw new IOException("was not asked, as its secret is not " + SECRET_PREFIX + " and " + MIN_SECRET_BYTES
                + " to " + MAX_SECRET_BYTES + " bytes in base64");
    }
}

package dev.kubeproxyfleet.fleet.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A certificate and the key that belongs to it, as two PEM files have them.
 *
 * @param keys with the contents of the files, so that what was checked is what is served
 */
record PemPair(KeyStore store, X509ExtendedKeyManager keys, X509Certificate certificate) {

    private static final byte[] ANYTHING = {1, 2, 3};

    /** @throws NotServableException if nothing can be served with the two; its message holds nothing of the key */
    static PemPair read(Path certificate, Path key, Vertx vertx) throws NotServableException {
        PemKeyCertOptions options =
                new PemKeyCertOptions().addCertValue(content(certificate)).addKeyValue(content(key));
        KeyStore store;
        X509ExtendedKeyManager keys;
        X509Certificate first;
        PrivateKey secret;
        try {
            store = options.loadKeyStore(vertx);
            String alias = store.aliases().nextElement();
            first = (X509Certificate) store.getCertificate(alias);
            keys = (X509ExtendedKeyManager) options.getKeyManagerFactory(vertx).getKeyManagers()[0];
            secret = keys.getPrivateKey(alias);
        } catch (Exception e) {
            throw new NotServableException(
                    certificate + " and " + key + " are no certificate and key in PEM: " + e.getMessage(), e);
        }
        if (!fits(first, secret)) {
            throw new NotServableException(
                    "the key in " + key + " is not that of the certificate in " + certificate + ", which is of "
                            + first.getSubjectX500Principal(),
                    null);
        }
        return new PemPair(store, keys, first);
    }

    private static Buffer content(Path file) throws NotServableException {
        try {
            return Buffer.buffer(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new NotServableException(file + " cannot be read: " + e, e);
        }
    }

    /** What the one signs is what the other verifies. */
    private static boolean fits(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(ANYTHING);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(ANYTHING);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            // A key of another kind.
            return false;
        }
    }
}

package dev.kubeproxyfleet.fleet.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a server, which can be replaced while it runs: each handshake asks for those of now. Thread-safe.
 *
 * <p>A handshake asks for an alias first, and then for its key and its certificates. An alias begins with the number of its
 * generation, and the generation before the current one is kept, so that a handshake ends with what it began with.
 */
final class CurrentKeys extends X509ExtendedKeyManager {

    private static final String END = ":";

    private record Generation(String prefix, X509ExtendedKeyManager keys) {}

    /** Current first. */
    private record Kept(Generation current, @Nullable Generation before) {}

    private volatile Kept kept;
    private int number;

    CurrentKeys(X509ExtendedKeyManager first) {
        kept = new Kept(new Generation(number + END, first), null);
    }

    synchronized void replace(X509ExtendedKeyManager next) {
        number++;
        kept = new Kept(new Generation(number + END, next), kept.current());
    }

    private static @Nullable String choose(
            Generation generation, Function<X509ExtendedKeyManager, @Nullable String> question) {
        String alias = question.apply(generation.keys());
        return alias == null ? null : generation.prefix() + alias;
    }

    private <T> @Nullable T of(String alias, KeyQuestion<T> question) {
        Kept now = kept;
        for (Generation generation : Arrays.asList(now.current(), now.before())) {
            if (generation != null && alias.startsWith(generation.prefix())) {
                return question.ask(
                        generation.keys(), alias.substring(generation.prefix().length()));
            }
        }
        return null;
    }

    private interface KeyQuestion<T> {
        @Nullable
        T ask(X509ExtendedKeyManager keys, String alias);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return choose(kept.current(), keys -> keys.chooseEngineServerAlias(keyType, issuers, engine));
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(kept.current(), keys -> keys.chooseServerAlias(keyType, issuers, socket));
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        Generation current = kept.current();
        String[] aliases = current.keys().getServerAliases(keyType, issuers);
        return aliases == null
                ? null
                : Arrays.stream(aliases).map(alias -> current.prefix() + alias).toArray(String[]::new);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return of(alias, X509ExtendedKeyManager::getCertificateChain);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return of(alias, X509ExtendedKeyManager::getPrivateKey);
    }

    /** A server is nobody's client. */
    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }
}

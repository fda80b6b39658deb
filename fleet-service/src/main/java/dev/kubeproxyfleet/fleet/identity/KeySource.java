package dev.kubeproxyfleet.fleet.identity;

import java.security.Key;

/** Public keys of issuers, as far as they are known; never waits. */
@FunctionalInterface
public interface KeySource {

    /** @param issuer that the inventory names, never one that only a token names */
    Found find(String issuer, String keyId);

    /** What is known of a key. */
    sealed interface Found {

        record Known(Key key) implements Found {}

        /** The issuer was asked since somebody named this key first, and has none of that id. */
        record Absent() implements Found {}

        record NotYet() implements Found {}
    }
}

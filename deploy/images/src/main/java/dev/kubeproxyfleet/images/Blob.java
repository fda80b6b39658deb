package dev.kubeproxyfleet.images;

/** What a registry keeps by its digest ({@code sha256:} and 64 hexadecimal digits); {@code size} is in bytes. */
record Blob(String mediaType, String digest, long size) {}

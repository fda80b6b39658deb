package dev.kubeproxyfleet.fleet.explain;

import org.jspecify.annotations.Nullable;

/**
 * What is told of something that has a name.
 *
 * @param rest of the sentence that begins with the name
 * @param command what a person would type; null where there is nothing to do
 */
record Told(String rest, @Nullable String command) {}

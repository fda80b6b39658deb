package dev.kubeproxyfleet.fleet.azure;

/** CDI event: this replica has registered the preview feature in a subscription. Fired on the registration's thread. */
public record FeatureRegistered(String subscription) {}

package dev.kubeproxyfleet.fleet.azure;

/** CDI event: an operation of this replica has ended, whatever came of it. Fired on the operation's thread. */
public record OperationEnded(String cluster) {}

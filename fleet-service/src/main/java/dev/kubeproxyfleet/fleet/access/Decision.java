package dev.kubeproxyfleet.fleet.access;

/** Whether somebody may do something; the message is one sentence for people. */
public sealed interface Decision {

    String message();

    record Permitted(String message) implements Decision {}

    record Refused(String message) implements Decision {}
}

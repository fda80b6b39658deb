package dev.kubeproxyfleet.fleet.azure;

/** Calls ARM; blocking, thread-safe. What ARM may answer is a value, never an exception. */
@FunctionalInterface
public interface ArmGateway {

    ArmResult send(ArmRequest request);
}

package dev.kubeproxyfleet.schemas.view;

/**
 * The request is on its way, and the controller has not answered it within the service's patience.
 *
 * @param requestId of the {@code AuditRecord} that will say what came of it
 */
public record Accepted(String requestId) {}

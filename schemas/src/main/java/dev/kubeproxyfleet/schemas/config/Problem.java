package dev.kubeproxyfleet.schemas.config;

import dev.kubeproxyfleet.schemas.reason.DocumentReason;

/**
 * Why a document was refused.
 *
 * @param code what is wrong
 * @param path JSON pointer into the document, such as {@code /spec/kubeProxy/mode}; empty for the document itself. Below
 *     {@code kubeProxy} it is in the API's spelling, whatever the document's was
 * @param message one sentence for people: where, what was found, what is allowed
 */
public record Problem(DocumentReason code, String path, String message) {}

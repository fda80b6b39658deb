package dev.kubeproxyfleet.schemas.config;

import dev.kubeproxyfleet.schemas.reason.DocumentReason;

/** Leaves the recursion of {@link TreeReader} with the problem that ended it. */
final class DocumentRefused extends Exception {

    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // never serialised: caught where the document is parsed
    private final Problem problem;

    DocumentRefused(DocumentReason code, String path, String message) {
        super(message, null, false, false);
        this.problem = new Problem(code, path, message);
    }

    Problem problem() {
        return problem;
    }
}

package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.message.AuditRecord;

/** Who is told of every audit record as it is folded, by the thread that folds: returns at once. */
@FunctionalInterface
public interface AuditListener {

    void recorded(AuditRecord entry);
}

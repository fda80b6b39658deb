package dev.kubeproxyfleet.fleet.gate;

import dev.kubeproxyfleet.schemas.reason.GateReason;

/** What a comparison says in the end. */
public sealed interface Verdict {

    record Pass() implements Verdict {}

    record Fail() implements Verdict {}

    /** It cannot tell. */
    record Inconclusive(GateReason reason) implements Verdict {}
}

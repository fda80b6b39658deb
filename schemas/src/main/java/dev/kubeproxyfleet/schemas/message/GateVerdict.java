package dev.kubeproxyfleet.schemas.message;

/** What a gate says of a stage. */
public enum GateVerdict {
    Pass,
    Fail,
    /** It cannot tell. */
    Inconclusive
}

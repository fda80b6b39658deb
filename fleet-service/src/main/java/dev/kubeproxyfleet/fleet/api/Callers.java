package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.access.Caller;

/** Whose request is worked on. */
interface Callers {

    /** @throws RefusedException if nobody can be told what the caller is */
    Caller now();
}

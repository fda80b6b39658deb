package dev.kubeproxyfleet.agent;

import java.time.Duration;

/** Runs something later. */
@FunctionalInterface
interface Delay {

    void after(Duration delay, Runnable task);
}

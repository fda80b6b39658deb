package dev.kubeproxyfleet.simulator.arm;

import java.time.Duration;
import java.util.Map;

/**
 * What a caller gets.
 *
 * @param body JSON; empty where there is none
 * @param after latency, to be waited for by whoever delivers it
 * @param dropped the connection ends without it
 */
public record ArmAnswer(int status, Map<String, String> headers, byte[] body, Duration after, boolean dropped) {}

/** Benchmarks of the agent; {@code ./kpfleet bench agent} runs them. */
@org.jspecify.annotations.NullMarked
package dev.kubeproxyfleet.agent.bench;

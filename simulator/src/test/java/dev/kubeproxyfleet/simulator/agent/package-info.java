/** The native agent as a process of its own: on captured files, beside another exporter, and on a real IPVS kernel. */
@org.jspecify.annotations.NullMarked
package dev.kubeproxyfleet.simulator.agent;

/** What can befall a process, without harm for the machine. */
@NullMarked
package dev.kubeproxyfleet.simulator.hazard;

import org.jspecify.annotations.NullMarked;

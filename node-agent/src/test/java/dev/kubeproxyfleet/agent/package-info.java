/** Tests of the agent's process. */
@NullMarked
package dev.kubeproxyfleet.agent;

import org.jspecify.annotations.NullMarked;

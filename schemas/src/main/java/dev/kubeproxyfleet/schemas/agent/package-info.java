/** How the agent gets onto the nodes of a cluster. */
@NullMarked
package dev.kubeproxyfleet.schemas.agent;

import org.jspecify.annotations.NullMarked;

/** Reads what a node can tell without privileges and makes one {@code NodeStats} of it; knows no framework and no process. */
@NullMarked
package dev.kubeproxyfleet.agent.collect;

import org.jspecify.annotations.NullMarked;

/** Connections between processes of this machine that can be cut, silenced and slowed, without rights of the administrator. */
@NullMarked
package dev.kubeproxyfleet.simulator.network;

import org.jspecify.annotations.NullMarked;

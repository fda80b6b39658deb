/** What the kernel tells of IPVS over generic netlink: one codec, above a socket of the Foreign Function API or of the native image. */
@NullMarked
package dev.kubeproxyfleet.agent.netlink;

import org.jspecify.annotations.NullMarked;

/** Tests of the netlink codec, on answers built here and on this machine's own kernel. */
@org.jspecify.annotations.NullMarked
package dev.kubeproxyfleet.agent.netlink;

/** Tells people and other systems what became of rollouts, where they are: in chats, and by webhooks. */
@NullMarked
package dev.kubeproxyfleet.fleet.notify;

import org.jspecify.annotations.NullMarked;

/** What people see and ask: the read model over the topics, REST, server-sent events, and the way of a request to its answer. */
@NullMarked
package dev.kubeproxyfleet.fleet.api;

import org.jspecify.annotations.NullMarked;

/** REST, event streams, the gates before them, and the way of a request to its answer. Only here an answer takes the shape of HTTP. */
@NullMarked
package dev.kubeproxyfleet.fleet.api;

import org.jspecify.annotations.NullMarked;

/** Tests of the packaged service in a process of its own, against a real broker, the simulated Azure and simulated nodes. */
@NullMarked
package dev.kubeproxyfleet.fleet.packaged;

import org.jspecify.annotations.NullMarked;

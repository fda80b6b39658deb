/** The agent's manifests in the form that a way of delivery takes. No I/O but reading what is packed, and nothing of the command line. */
@NullMarked
package dev.kubeproxyfleet.cli.delivery;

import org.jspecify.annotations.NullMarked;

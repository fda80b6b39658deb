/** Reads documents out of one commit of a Git repository, on this machine or elsewhere. Knows nothing of the fleet. */
@NullMarked
package dev.kubeproxyfleet.cli.git;

import org.jspecify.annotations.NullMarked;

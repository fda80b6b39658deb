/** Reading of Git repositories, against real ones. */
@NullMarked
package dev.kubeproxyfleet.cli.git;

import org.jspecify.annotations.NullMarked;

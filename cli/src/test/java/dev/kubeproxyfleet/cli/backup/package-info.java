@NullMarked
package dev.kubeproxyfleet.cli.backup;

import org.jspecify.annotations.NullMarked;

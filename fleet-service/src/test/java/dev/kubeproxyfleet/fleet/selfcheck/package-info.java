@NullMarked
package dev.kubeproxyfleet.fleet.selfcheck;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.kubeproxyfleet.simulator.sandbox;

import org.jspecify.annotations.NullMarked;

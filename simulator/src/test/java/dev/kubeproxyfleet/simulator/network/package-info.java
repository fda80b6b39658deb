@NullMarked
package dev.kubeproxyfleet.simulator.network;

import org.jspecify.annotations.NullMarked;

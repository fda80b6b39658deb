@NullMarked
package dev.kubeproxyfleet.fleet.openapi;

import org.jspecify.annotations.NullMarked;

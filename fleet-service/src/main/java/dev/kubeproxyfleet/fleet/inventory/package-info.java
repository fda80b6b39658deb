/** What exists: the fleet's clusters as ARM lists them, published as differences on the topic {@code clusters}. */
@NullMarked
package dev.kubeproxyfleet.fleet.inventory;

import org.jspecify.annotations.NullMarked;

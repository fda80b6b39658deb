/** The page of every setting. */
@NullMarked
package dev.kubeproxyfleet.fleet.settings;

import org.jspecify.annotations.NullMarked;

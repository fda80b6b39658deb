/** Folds what nodes report into one record for each cluster: a pure fold, and the Streams topology around it. */
@NullMarked
package dev.kubeproxyfleet.fleet.health;

import org.jspecify.annotations.NullMarked;

/** The topic catalogue: names, keys, clean-up policies and partitioning of every topic. */
@NullMarked
package dev.kubeproxyfleet.schemas.topic;

import org.jspecify.annotations.NullMarked;

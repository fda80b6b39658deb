/** What holds for every module. */
@NullMarked
package dev.kubeproxyfleet.fleet;

import org.jspecify.annotations.NullMarked;

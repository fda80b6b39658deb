/** What the tests of every module share. */
@NullMarked
package dev.kubeproxyfleet.testing;

import org.jspecify.annotations.NullMarked;

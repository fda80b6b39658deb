/** Whether two builds of the same sources made the same. */
@NullMarked
package dev.kubeproxyfleet.images.builds;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.kubeproxyfleet.images.builds;

import org.jspecify.annotations.NullMarked;

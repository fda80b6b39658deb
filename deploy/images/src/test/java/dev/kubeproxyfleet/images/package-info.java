/** Tests that make the images of what was built, and start them as the charts do. */
@NullMarked
package dev.kubeproxyfleet.images;

import org.jspecify.annotations.NullMarked;

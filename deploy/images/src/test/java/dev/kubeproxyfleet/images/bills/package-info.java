@NullMarked
package dev.kubeproxyfleet.images.bills;

import org.jspecify.annotations.NullMarked;

/** What the services tell each other: the JSON records of the control-plane topics. */
@NullMarked
package dev.kubeproxyfleet.schemas.message;

import org.jspecify.annotations.NullMarked;

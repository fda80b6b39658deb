/** What users publish on {@code desired}, in whatever envelope, read into events or refused with a reason. Pure. */
@NullMarked
package dev.kubeproxyfleet.fleet.intake;

import org.jspecify.annotations.NullMarked;

/** Why something is as it is: every code that people and programs meet, what it means and what helps. */
@NullMarked
package dev.kubeproxyfleet.schemas.reason;

import org.jspecify.annotations.NullMarked;

/**
 * What external gates ask over HTTP: measured while a stage bakes, judged, and answered by the command that everybody else answers
 * with.
 */
@NullMarked
package dev.kubeproxyfleet.fleet.check;

import org.jspecify.annotations.NullMarked;

/** Tests of what is installed: the service's chart, and what is made of it for those without Helm. */
@NullMarked
package dev.kubeproxyfleet.fleet.deploy;

import org.jspecify.annotations.NullMarked;

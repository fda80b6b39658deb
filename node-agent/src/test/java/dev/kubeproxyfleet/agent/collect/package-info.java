/** Tests of the collecting code, on captures of a real IPVS kernel. */
@NullMarked
package dev.kubeproxyfleet.agent.collect;

import org.jspecify.annotations.NullMarked;

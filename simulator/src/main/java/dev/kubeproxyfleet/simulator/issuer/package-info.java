/** An OpenID provider for sandbox and tests that answers as Microsoft Entra's v2 endpoint does: a core of grants, and a thin HTTP shell. */
@NullMarked
package dev.kubeproxyfleet.simulator.issuer;

import org.jspecify.annotations.NullMarked;

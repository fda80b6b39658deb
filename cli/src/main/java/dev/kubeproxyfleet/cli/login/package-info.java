/** Logging in: how tokens are got from an OpenID provider, kept, renewed and shown to the fleet service that they are for. */
@NullMarked
package dev.kubeproxyfleet.cli.login;

import org.jspecify.annotations.NullMarked;

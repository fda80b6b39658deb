/** The OpenAPI document: made of the resources and of the records that they answer with, when the service is built. */
@NullMarked
package dev.kubeproxyfleet.fleet.openapi;

import org.jspecify.annotations.NullMarked;

/** One JSON mapper for every contract. */
@NullMarked
package dev.kubeproxyfleet.schemas.json;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.kubeproxyfleet.schemas.agent;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.kubeproxyfleet.schemas.topic;

import org.jspecify.annotations.NullMarked;

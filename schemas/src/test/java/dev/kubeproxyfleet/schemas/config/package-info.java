@NullMarked
package dev.kubeproxyfleet.schemas.config;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.kubeproxyfleet.schemas.text;

import org.jspecify.annotations.NullMarked;

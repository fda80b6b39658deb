/** Words that messages of every module are made of. */
@NullMarked
package dev.kubeproxyfleet.schemas.text;

import org.jspecify.annotations.NullMarked;

/** What a log line is made of: one vocabulary of keys for all processes, as JSON for machines. */
@NullMarked
package dev.kubeproxyfleet.schemas.log;

import org.jspecify.annotations.NullMarked;

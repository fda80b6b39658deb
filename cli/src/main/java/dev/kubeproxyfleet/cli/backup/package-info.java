/** The controller's state and what people read, out of Kafka into a file and back; docs/backup.md. */
@NullMarked
package dev.kubeproxyfleet.cli.backup;

import org.jspecify.annotations.NullMarked;

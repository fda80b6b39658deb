/** Tests of the command line, against a fleet service made of JDK classes. */
@NullMarked
package dev.kubeproxyfleet.cli;

import org.jspecify.annotations.NullMarked;

/** Who may do what: roles, what each permits, and what the API tells a caller about them. */
@NullMarked
package dev.kubeproxyfleet.schemas.access;

import org.jspecify.annotations.NullMarked;

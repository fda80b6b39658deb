/**
 * What the programs consist of that others wrote, and under which licences: compares the bills of materials that the build makes of each
 * module with what is shipped.
 */
@NullMarked
package dev.kubeproxyfleet.images.bills;

import org.jspecify.annotations.NullMarked;

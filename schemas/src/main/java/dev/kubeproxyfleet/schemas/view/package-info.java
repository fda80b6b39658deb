/**
 * What the fleet service answers: the records of its REST interface and of its event stream. What does not apply or is not known is
 * null here, and left out in JSON. A member may be added at any time, so whoever reads an answer ignores what it does not know.
 */
@NullMarked
package dev.kubeproxyfleet.schemas.view;

import org.jspecify.annotations.NullMarked;

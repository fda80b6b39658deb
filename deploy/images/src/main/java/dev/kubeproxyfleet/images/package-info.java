/** Makes the project's images as OCI image layouts, without a container engine, and pushes them to registries. */
@NullMarked
package dev.kubeproxyfleet.images;

import org.jspecify.annotations.NullMarked;

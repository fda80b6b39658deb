/** Azure Resource Manager: raw JSON through the Azure SDK's pipeline, its budgets, and the worker that makes clusters as operations say. */
@NullMarked
package dev.kubeproxyfleet.fleet.azure;

import org.jspecify.annotations.NullMarked;

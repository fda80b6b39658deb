package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.message.GateVerdict;

/**
 * What somebody says of a stage, as an external gate of it.
 *
 * @param verdict it takes the place of an earlier one
 * @param reason why, in the asker's words; what is longer than 1000 characters is cut
 */
public record GateAnswer(GateVerdict verdict, String reason) {}

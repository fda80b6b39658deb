package dev.kubeproxyfleet.cli;

import picocli.CommandLine.Parameters;

/** The rollout that a command is about. */
final class RolloutArgument {

    @Parameters(paramLabel = "<rollout|config>", description = "A rollout's id, or a config's name for its latest.")
    private String id = "";

    /** As it was written. */
    String id() {
        return id;
    }

    /** Where the service has it. */
    String path() {
        return path(id);
    }

    /** Where the service has the rollout of this id, or the latest one of the config of this name. */
    static String path(String id) {
        return "/rollouts/" + FleetClient.encode(id);
    }
}

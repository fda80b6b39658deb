package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes one cluster as its operation says. Blocking code for a thread of its own.
 *
 * <p>Level-triggered: started twice, or after a crash, it finds what is there and does only what is missing.
 */
public interface Procedure {

    /**
     * @param fence each write goes through it
     * @param waiting told what it waits for, whenever that changes
     * @return empty if the operation was withdrawn, or goes on in another process: nothing is to be reported
     */
    Optional<Outcome.Result> run(Operation operation, Fence fence, Consumer<Outcome.Waiting> waiting);
}

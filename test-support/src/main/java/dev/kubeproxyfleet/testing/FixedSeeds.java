package dev.kubeproxyfleet.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Gives each property of the build a seed that never changes, so that a build is red because of what was changed, and not by chance.
 *
 * <p>jqwik finds it by its service file, in each module that has this one among its test dependencies; a property with a seed of its
 * own keeps it. Fresh seeds are for {@code ./kpfleet explore}, which sets {@value #SEED}.
 */
public final class FixedSeeds implements AroundPropertyHook {

    /** System property: a seed for every property that runs, or {@value #FRESH}. */
    static final String SEED = "kpfleet.properties.seed";

    static final String FRESH = "fresh";

    /** System property: the file that gets a line {@code <class>#<method>=<seed>} for each property that failed. */
    static final String FAILURES = "kpfleet.properties.failures";

    /** Outside of all other hooks: they shall see the seed. */
    private static final int OUTERMOST = -100;

    /** It is registered with the engine, of which every property is a descendant. */
    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public int aroundPropertyProximity() {
        return OUTERMOST;
    }

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        String name = context.containerClass().getName() + "#"
                + context.targetMethod().getName();
        String seed = System.getProperty(SEED, Integer.toString(name.hashCode()));
        if (!seed.equals(FRESH) && context.attributes().seed().isEmpty()) {
            context.attributes().setSeed(seed);
        }
        PropertyExecutionResult result = property.execute();
        String failures = System.getProperty(FAILURES);
        if (failures != null && result.status() == PropertyExecutionResult.Status.FAILED) {
            record(Path.of(failures), name + "=" + result.seed().orElse(seed) + "\n");
        }
        return result;
    }

    private static void record(Path file, String line) {
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}

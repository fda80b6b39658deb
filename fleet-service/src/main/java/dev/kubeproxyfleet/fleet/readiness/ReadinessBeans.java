package dev.kubeproxyfleet.fleet.readiness;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Puts the judge together, which knows nothing of its surroundings. */
@ApplicationScoped
class ReadinessBeans {

    /** Microsoft's page of that day, taken over by hand; see docs/readiness.md. */
    private static final String BROUGHT_ALONG = "aks-calendar.json";

    @Produces
    @Singleton
    ReadinessJudge judge(ReadinessSettings settings) {
        return new ReadinessJudge(calendar(settings));
    }

    static Calendar calendar(ReadinessSettings settings) {
        Path file = settings.calendar().orElse(null);
        try (InputStream in = file == null
                ? Objects.requireNonNull(ReadinessBeans.class.getResourceAsStream(BROUGHT_ALONG), BROUGHT_ALONG)
                : Files.newInputStream(file)) {
            return Calendar.read(in);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "kpfleet.readiness.calendar: " + file + " is no calendar of AKS (" + e.getMessage()
                            + "); mend the file, or leave the setting out",
                    e);
        }
    }
}

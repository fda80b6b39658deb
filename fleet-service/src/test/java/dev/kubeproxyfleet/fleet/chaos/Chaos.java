package dev.kubeproxyfleet.fleet.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;

/** {@code ./kpfleet chaos}: one run, which ends with 1 if a promise was broken. */
public final class Chaos {

    private static final String USAGE = "usage: kpfleet chaos [--seed N] [--minutes M] [--replicas 1..3]";
    private static final int CONFIGS = 2;
    private static final int MOST = 3;

    private Chaos() {}

    /** @param arguments the project's root and the folder for data and logs, then the options */
    public static void main(String[] arguments) throws Exception {
        long seed = 1;
        int minutes = 5;
        int replicas = 2;
        try {
            for (int i = 2; i < arguments.length; i += 2) {
                String value = i + 1 < arguments.length ? arguments[i + 1] : "";
                switch (arguments[i]) {
                    case "--seed" -> seed = Long.parseLong(value);
                    case "--minutes" -> minutes = Integer.parseInt(value);
                    case "--replicas" -> replicas = Integer.parseInt(value);
                    default -> throw new IllegalArgumentException(arguments[i]);
                }
            }
            if (minutes < 1 || replicas < 1 || replicas > MOST) {
                throw new IllegalArgumentException("minutes are at least 1, replicas 1 to 3");
            }
        } catch (IllegalArgumentException e) {
            System.err.println("kpfleet chaos: " + e.getMessage() + "\n" + USAGE);
            System.exit(2);
        }
        Path jar = Path.of(arguments[0], "fleet-service", "target", "quarkus-app", "quarkus-run.jar");
        Path folder = emptied(Path.of(arguments[1], "seed-" + seed));
        List<String> broken = run(seed, Duration.ofMinutes(minutes), replicas, jar, folder, System.out);
        if (!broken.isEmpty()) {
            System.out.println("replay: kpfleet chaos --seed " + seed + " --minutes " + minutes + " --replicas "
                    + replicas + "; logs in " + folder);
            System.exit(1);
        }
    }

    /**
     * Lets a world live as long as the schedule says, or as much longer as the machine is busy with something else.
     *
     * @param jar of the packaged service
     * @param folder empty, for data and logs
     * @param out told what happens
     * @return promises that were broken
     */
    public static List<String> run(long seed, Duration length, int replicas, Path jar, Path folder, PrintStream out)
            throws Exception {
        Schedule.Shape shape = new Schedule.Shape(replicas, CONFIGS);
        out.println("seed " + seed + ", " + length.toMinutes() + " minutes, " + World.BROKERS + " brokers, " + replicas
                + " replicas; logs in " + folder);
        try (World world = new World(jar, folder, seed, shape);
                ChaosRun run = new ChaosRun(Schedule.of(seed, length, shape), world, InstantSource.system(), out)) {
            return run.run().stream().map(Violation::toString).toList();
        }
    }

    private static Path emptied(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Files.createDirectories(folder);
    }
}

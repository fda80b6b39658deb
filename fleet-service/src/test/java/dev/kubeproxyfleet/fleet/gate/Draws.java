package dev.kubeproxyfleet.fleet.gate;

import java.util.SplittableRandom;

/** Numbers by chance, the same ones for the same seed. */
final class Draws {

    /** From this mean on a Poisson variable is drawn as a normal one: their distribution functions differ by less than 2 %. */
    private static final double NEARLY_NORMAL = 100;

    private final SplittableRandom random;

    Draws(long seed) {
        random = new SplittableRandom(seed);
    }

    /** At least {@code from}, below {@code to}. */
    int between(int from, int to) {
        return random.nextInt(from, to);
    }

    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    double logUniform(double from, double to) {
        return from * Math.pow(to / from, random.nextDouble());
    }

    /** A factor whose logarithm is normal around 0. */
    double factor(double deviation) {
        return Math.exp(deviation * random.nextGaussian());
    }

    /**
     * A count. With a dispersion above 1 it is negative binomial.
     *
     * @param dispersion its variance over its mean, at least 1
     */
    int count(double mean, double dispersion) {
        return dispersion > 1 ? poisson((dispersion - 1) * gamma(mean / (dispersion - 1))) : poisson(mean);
    }

    private int poisson(double mean) {
        if (mean >= NEARLY_NORMAL) {
            return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }

    /** Source: Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, ACM TOMS 2000. */
    private double gamma(double shape) {
        if (!(shape > 0)) {
            return 0;
        }
        if (shape < 1) {
            return gamma(shape + 1) * Math.pow(random.nextDouble(), 1 / shape);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0 && Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }
}

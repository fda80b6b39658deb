package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutates the captures: bytes, cuts, lines doubled and swapped, words from one file in another. */
class IpvsParserFuzzTest {

    private static final long SEED = 20261123;
    private static final int ROUNDS = 20_000;
    private static final int MOST_BYTES = 4096;

    private final Random random = new Random(SEED);
    private final List<byte[]> corpus = List.of(
            Captures.bytes("small/ip_vs"),
            Captures.bytes("zoo/ip_vs"),
            Captures.bytes("small/ip_vs_stats"),
            Captures.bytes("zoo/ip_vs_conn"));

    @Test
    void holdsOnMutatedCaptures() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = corpus.get(random.nextInt(corpus.size()));
            input = Arrays.copyOf(input, Math.min(input.length, MOST_BYTES));
            for (int mutations = random.nextInt(8); mutations >= 0; mutations--) {
                input = mutate(input);
            }
            byte[] mutated = input;
            assertThatCode(() -> IpvsParserFuzz.fuzzerTestOneInput(mutated))
                    .as("round %d of seed %d", round, SEED)
                    .doesNotThrowAnyException();
        }
    }

    private byte[] mutate(byte[] input) {
        if (input.length < 2) {
            return corpus.getFirst();
        }
        int at = random.nextInt(input.length);
        int other = random.nextInt(input.length);
        int from = Math.min(at, other);
        int to = Math.max(at, other);
        byte[] copy = input.clone();
        switch (random.nextInt(5)) {
            case 0 -> copy[at] = (byte) random.nextInt(256);
            case 1 -> copy[at] = (byte) " \n:[]->0Ff9x(".charAt(random.nextInt(13));
            case 2 -> copy = Arrays.copyOf(input, at);
            case 3 -> {
                copy = Arrays.copyOf(input, input.length + to - from);
                System.arraycopy(input, from, copy, input.length, to - from);
            }
            default -> {
                byte[] donor = corpus.get(random.nextInt(corpus.size()));
                int length = Math.min(Math.min(64, donor.length), input.length - from);
                System.arraycopy(donor, random.nextInt(donor.length - length + 1), copy, from, length);
            }
        }
        return copy;
    }
}

package dev.kubeproxyfleet.schemas.text;

/** A number with the words it counts, in English: {@code 1 cluster}, {@code 2 clusters}. */
public final class Count {

    private Count() {}

    /** @param noun one whose plural ends in s */
    public static String of(int number, String noun) {
        return of(number, noun, noun + "s");
    }

    /**
     * @param one what follows the number 1, such as {@code was skipped}
     * @param many what follows every other number, such as {@code were skipped}
     */
    public static String of(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}

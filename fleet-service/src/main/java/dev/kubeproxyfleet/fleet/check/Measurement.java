package dev.kubeproxyfleet.fleet.check;

/** What came of asking once. */
sealed interface Measurement {

    /** What was found, or why nothing was, as a clause for people. */
    String told();

    record Good(String told) implements Measurement {}

    record Bad(String told) implements Measurement {}

    /** It may tell something next time: an answer that is late, broken, or no number. */
    record Unknown(String told) implements Measurement {}

    /** Nothing was asked, and nothing will be before somebody changes a setting. */
    record Refused(String told) implements Measurement {}
}

package dev.kubeproxyfleet.cli;

/**
 * How output may look.
 *
 * @param width columns; longer lines are cut, with an ellipsis
 * @param height rows; a drawing that is renewed in place stays below it
 * @param colour whether escape sequences for colour are welcome
 * @param unicode whether more than ASCII can be shown
 */
record Look(int width, int height, boolean colour, boolean unicode) {

    /** No limit: what goes to a file or a pipe is never cut. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    static Look plain(boolean unicode) {
        return new Look(UNLIMITED, UNLIMITED, false, unicode);
    }

    String ellipsis() {
        return unicode ? "…" : "...";
    }

    String arrow() {
        return unicode ? " → " : " -> ";
    }

    String dot() {
        return unicode ? " · " : " - ";
    }
}

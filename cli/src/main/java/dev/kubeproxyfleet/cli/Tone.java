package dev.kubeproxyfleet.cli;

/** What a piece of text means to its reader; a terminal with colours shows it as one. */
enum Tone {
    PLAIN(""),
    STRONG("1"),
    QUIET("2"),
    GOOD("32"),
    BUSY("33"),
    BAD("31"),
    NOTE("36");

    private final String sgr;

    Tone(String sgr) {
        this.sgr = sgr;
    }

    /** {@code text} between the ECMA-48 "select graphic rendition" of this tone and its end. */
    String paint(String text) {
        return sgr.isEmpty() || text.isEmpty() ? text : "\u001b[" + sgr + "m" + text + "\u001b[0m";
    }
}

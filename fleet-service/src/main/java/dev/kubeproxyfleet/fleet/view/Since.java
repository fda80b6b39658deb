package dev.kubeproxyfleet.fleet.view;

import java.util.List;

/** What is known of the changes since a position. */
public sealed interface Since {

    /**
     * All of them.
     *
     * @param notices the latest one of each thing, oldest first
     * @param upTo what has changed after it, they need not tell
     */
    record Changed(List<Notice> notices, Position upTo) implements Since {}

    /** Not any more: too much or too long ago, or the position is of other topics. Everything is to be read again. */
    record Unknown() implements Since {}

    /** Not yet: this replica has not read as far. */
    record Behind() implements Since {}
}

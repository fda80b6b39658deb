package dev.kubeproxyfleet.cli;

/** Where standard output goes. */
interface Screen {

    /** As it is now: a window may change its size at any moment. */
    Look look();

    /** Whether what was written can be drawn over. */
    boolean live();

    /** A file, a pipe, a log. */
    static Screen plain(boolean unicode) {
        return new Screen() {
            @Override
            public Look look() {
                return Look.plain(unicode);
            }

            @Override
            public boolean live() {
                return false;
            }
        };
    }
}

package dev.kubeproxyfleet.fleet.azure;

/** What the worker does to a fence, for tests of other packages. */
public final class Fences {

    private Fences() {}

    /** One that may write until something is done to it. */
    public static Fence open() {
        return new Fence(() -> true);
    }

    /** Nobody wants the operation any more. */
    public static void cancel(Fence fence) {
        fence.cancel();
    }

    /** Another process goes on with the operation. */
    public static void stop(Fence fence) {
        fence.stop();
    }
}

package dev.kubeproxyfleet.agent.netlink;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import org.graalvm.nativeimage.PinnedObject;
import org.graalvm.nativeimage.c.function.CFunction;
import org.graalvm.nativeimage.c.type.CIntPointer;
import org.graalvm.word.PointerBase;

/**
 * {@link SystemCalls} of the native image. No call blocks (the socket does not), so that none needs to let the garbage collector
 * pass, which could change errno behind it.
 */
@Substitute
@TargetClass(SystemCalls.class)
final class Target_SystemCalls {

    private Target_SystemCalls() {}

    @Substitute
    static int socket(int domain, int type, int protocol) {
        int result = LibC.socket(domain, type, protocol);
        return result < 0 ? -LibC.errno().read() : result;
    }

    @Substitute
    static int send(int socket, byte[] bytes, int length) {
        try (PinnedObject pinned = PinnedObject.create(bytes)) {
            long result = LibC.send(socket, pinned.addressOfArrayElement(0), length, 0);
            return result < 0 ? -LibC.errno().read() : (int) result;
        }
    }

    @Substitute
    static int receive(int socket, byte[] into) {
        try (PinnedObject pinned = PinnedObject.create(into)) {
            long result = LibC.recv(socket, pinned.addressOfArrayElement(0), into.length, 0);
            return result < 0 ? -LibC.errno().read() : (int) result;
        }
    }

    @Substitute
    static void close(int socket) {
        int unused = LibC.close(socket);
    }
}

/** Of the C library that the image is linked with. */
final class LibC {

    private LibC() {}

    @CFunction(value = "socket", transition = CFunction.Transition.NO_TRANSITION)
    static native int socket(int domain, int type, int protocol);

    @CFunction(value = "send", transition = CFunction.Transition.NO_TRANSITION)
    static native long send(int socket, PointerBase bytes, long length, int flags);

    @CFunction(value = "recv", transition = CFunction.Transition.NO_TRANSITION)
    static native long recv(int socket, PointerBase bytes, long length, int flags);

    @CFunction(value = "close", transition = CFunction.Transition.NO_TRANSITION)
    static native int close(int socket);

    @CFunction(value = "__errno_location", transition = CFunction.Transition.NO_TRANSITION)
    static native CIntPointer errno();
}

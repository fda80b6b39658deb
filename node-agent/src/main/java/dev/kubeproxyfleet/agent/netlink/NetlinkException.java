package dev.kubeproxyfleet.agent.netlink;

import java.io.IOException;

/** The kernel refused, did not answer, or answered what is not understood. */
final class NetlinkException extends IOException {

    private static final long serialVersionUID = 1L;

    NetlinkException(String message) {
        super(message);
    }

    /** @param errno positive; numbers of asm-generic/errno-base.h and errno.h */
    static NetlinkException of(String action, int errno) {
        return new NetlinkException(action + ": "
                + switch (errno) {
                    case 1 -> "EPERM: give the container the capability NET_ADMIN, or leave kpfleet.agent.netlink off";
                    case 2 -> "ENOENT: the kernel has no such family or service";
                    case 3 -> "ESRCH: the kernel has no such service";
                    case 11 -> "EAGAIN: the kernel gave no answer";
                    case 93, 97 -> "the kernel has no netlink (errno " + errno + ")";
                    default -> "errno " + errno;
                });
    }
}

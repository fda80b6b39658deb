package dev.kubeproxyfleet.images;

import java.util.Arrays;
import java.util.Optional;

/** A processor architecture that images are made for, by the name that Debian and OCI both give it. */
enum Architecture {
    AMD64("amd64"),
    ARM64("arm64", "aarch64");

    private final String id;
    private final String inJava;

    Architecture(String id) {
        this(id, id);
    }

    Architecture(String id, String inJava) {
        this.id = id;
        this.inJava = inJava;
    }

    String id() {
        return id;
    }

    /** That of this machine; empty if no image is made for such machines. */
    static Optional<Architecture> ofThisMachine() {
        String name = System.getProperty("os.arch");
        return Arrays.stream(values()).filter(it -> it.inJava.equals(name)).findFirst();
    }
}

package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What lies below our own layers of an image for one architecture. */
sealed interface Base permits DebianBase, BaseImage {

    /** The user and the group that images run as, and that the charts name. */
    int NOBODY = 65532;

    /** Its layers, lowest first, which are in the layout then. */
    List<Layer> addTo(Layout layout, Instant created) throws IOException;

    /** Lists what it consists of, as far as that is known. */
    void addTo(Sbom sbom);

    /** Variables that programs start with, each as {@code NAME=value}. */
    List<String> environment();

    /** What the manifest of an image says about its base. */
    Map<String, String> annotations();
}

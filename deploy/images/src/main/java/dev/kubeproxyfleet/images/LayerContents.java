package dev.kubeproxyfleet.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * What a layer of OCI's holds.
 *
 * @param names those of its files, links and folders, without the folders that they are in
 */
record LayerContents(String diffId, Set<String> names) {

    static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    static final String ZSTD = TAR + "+zstd";

    /** {@code mediaType} is {@link #TAR}, {@link #ZSTD} or {@link Layer#TYPE}. */
    static LayerContents of(Path file, String mediaType) throws IOException {
        MessageDigest sha256 = Layout.sha256();
        Set<String> names = new HashSet<>();
        try (InputStream packed = new BufferedInputStream(Files.newInputStream(file));
                InputStream unpacked = new DigestInputStream(
                        switch (mediaType) {
                            case TAR -> packed;
                            case ZSTD -> new ZstdCompressorInputStream(packed);
                            case Layer.TYPE -> new GZIPInputStream(packed, Layer.BUFFER);
                            default -> throw new IllegalArgumentException(mediaType);
                        },
                        sha256);
                TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = entry.getName().replaceFirst("/$", "");
                names.add(path.substring(path.lastIndexOf('/') + 1));
            }
            // An archive may go on after its end, and a digest is of all of it.
            unpacked.transferTo(OutputStream.nullOutputStream());
        }
        return new LayerContents("sha256:" + HexFormat.of().formatHex(sha256.digest()), names);
    }
}

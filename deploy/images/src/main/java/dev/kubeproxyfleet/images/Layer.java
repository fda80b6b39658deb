package dev.kubeproxyfleet.images;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A layer of an image, packed as tar and gzip. Entries are ordered, belong to root, and have one time, so that the same files make the
 * same bytes. {@code diffId} is the digest of the layer before gzip.
 */
record Layer(Blob blob, String diffId, String purpose) {

    static final String TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";

    static final int BUFFER = 1 << 16;

    /** {@code purpose} is what the image's history says of it. */
    static Layer of(String purpose, FileTree files, Instant time, Layout layout) throws IOException {
        MessageDigest unpacked = Layout.sha256();
        Blob blob = layout.add(TYPE, out -> {
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(
                    new DigestOutputStream(
                            new BufferedOutputStream(new GZIPOutputStream(new Unclosed(out), BUFFER), BUFFER),
                            unpacked),
                    StandardCharsets.UTF_8.name())) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                for (Map.Entry<String, FileTree.Entry> entry : files.entries().entrySet()) {
                    write(tar, entry.getKey().substring(1), entry.getValue(), time);
                }
            }
        });
        return new Layer(blob, "sha256:" + HexFormat.of().formatHex(unpacked.digest()), purpose);
    }

    private static void write(TarArchiveOutputStream tar, String path, FileTree.Entry entry, Instant time)
            throws IOException {
        TarArchiveEntry header = switch (entry) {
            case FileTree.Folder(int mode) -> withMode(new TarArchiveEntry(path + "/"), mode);
            case FileTree.Link(String target) -> {
                TarArchiveEntry link = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
                link.setLinkName(target);
                yield withMode(link, 0777);
            }
            case FileTree.Content(FileTree.Source source, int mode) -> {
                TarArchiveEntry file = withMode(new TarArchiveEntry(path), mode);
                file.setSize(source.size());
                yield file;
            }
        };
        header.setModTime(time.toEpochMilli());
        header.setIds(0, 0);
        header.setNames("", "");
        tar.putArchiveEntry(header);
        if (entry instanceof FileTree.Content content) {
            tar.write(content.source().read());
        }
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry withMode(TarArchiveEntry entry, int mode) {
        entry.setMode(mode);
        return entry;
    }

    /** Closing the archive ends its own bytes, and leaves the blob open. */
    private static final class Unclosed extends FilterOutputStream {

        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}

package dev.kubeproxyfleet.agent.collect;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A proc file system in memory. */
final class MemoryProc implements ProcFiles {

    private final Map<String, byte[]> files = new HashMap<>();

    MemoryProc with(String path, String content) {
        return with(path, content.getBytes(StandardCharsets.US_ASCII));
    }

    MemoryProc with(String path, byte[] content) {
        files.put(path, content);
        return this;
    }

    MemoryProc without(String path) {
        files.remove(path);
        return this;
    }

    @Override
    public Outcome read(String path, ProcBuffer buffer) {
        byte[] content = files.get(path);
        if (content == null) {
            return Outcome.ABSENT;
        }
        buffer.append(content, 0, content.length);
        return Outcome.READ;
    }
}

package dev.kubeproxyfleet.fleet.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Ends an answer that is longer than it may be, so that whoever waits for it meets a {@code StreamResetException}. Of a watch, whose
 * answer has no end, each event may be so long.
 */
record AnswerLimit(long maxBytes) implements Interceptor {

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        return new Counting(consumer, OpenWatches.isWatch(request));
    }

    private final class Counting implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
        private final boolean watch;
        private long bytes;

        Counting(AsyncBody.Consumer<List<ByteBuffer>> consumer, boolean watch) {
            this.consumer = consumer;
            this.watch = watch;
        }

        @Override
        public void consume(List<ByteBuffer> part, AsyncBody body) throws Exception {
            for (ByteBuffer buffer : part) {
                bytes = watch ? sinceLastLine(buffer) : bytes + buffer.remaining();
            }
            if (bytes > maxBytes) {
                throw new IOException("more than " + maxBytes + " bytes");
            }
            consumer.consume(part, body);
        }

        private long sinceLastLine(ByteBuffer buffer) {
            for (int i = buffer.limit() - 1; i >= buffer.position(); i--) {
                if (buffer.get(i) == '\n') {
                    return buffer.limit() - 1L - i;
                }
            }
            return bytes + buffer.remaining();
        }

        @Override
        public <V> V unwrap(Class<V> target) {
            return consumer.unwrap(target);
        }
    }
}

package dev.kubeproxyfleet.fleet.kafka;

import java.util.Map;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/**
 * Names the record that an application fails on, so that it can be skipped. The application ends its transaction and starts again: to
 * go on behind a record that was half processed would be worse. Instantiated by Kafka Streams.
 */
public final class NamedFailures implements ProcessingExceptionHandler {

    private static final Logger LOG = Logger.getLogger(NamedFailures.class);

    @Override
    public ProcessingHandlerResponse handle(ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
        LOG.errorf(
                "a record ends the application topic=%s partition=%d offset=%d processor=%s: %s",
                context.topic(), context.partition(), context.offset(), context.processorNodeId(), failure);
        return ProcessingHandlerResponse.FAIL;
    }

    @Override
    public void configure(Map<String, ?> settings) {}
}

package dev.kubeproxyfleet.fleet.api;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Warnings and errors that the service logs in a category while this is open. */
final class LoggedLines extends Handler implements AutoCloseable {

    private static final int WARNING = java.util.logging.Level.WARNING.intValue();

    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    LoggedLines(String category) {
        logger = Logger.getLogger(category);
        logger.addHandler(this);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        if (line.getLevel().intValue() >= WARNING) {
            Object[] parameters = line.getParameters();
            lines.add(parameters == null ? line.getMessage() : line.getMessage().formatted(parameters));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}

package dev.ferryman.cli.internal;

import ch.qos.logback.classic.spi.IThrowableProxy;
import org.springframework.boot.logging.logback.ExtendedWhitespaceThrowableProxyConverter;

/** The trace of a log entry, whose messages cannot pass for entries; see {@code dev/ferryman/logging.xml}. */
public final class OneLineTrace extends ExtendedWhitespaceThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy thrown) {
        String trace = super.throwableProxyToString(thrown);
        // What the parent puts around it are ends of lines.
        return System.lineSeparator() + OneLine.trace(trace.strip()) + System.lineSeparator();
    }
}

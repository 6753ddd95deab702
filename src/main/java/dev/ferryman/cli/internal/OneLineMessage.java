package dev.ferryman.cli.internal;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/** The message of a log entry on one line; see {@code dev/ferryman/logging.xml}. */
public final class OneLineMessage extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return OneLine.of(String.valueOf(super.convert(event)));
    }
}

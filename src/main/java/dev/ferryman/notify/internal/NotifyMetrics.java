package dev.ferryman.notify.internal;

import dev.ferryman.notify.MessageState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What messages measure. The channel of one the server does not have is {@code none}: templates cannot add series. */
final class NotifyMetrics {
    private static final String NONE = "none";

    private final MeterRegistry registry;
    private final Channels channels;

    NotifyMetrics(MeterRegistry registry, Channels channels, Outbox outbox) {
        this.registry = registry;
        this.channels = channels;
        Gauge.builder("ferryman.messages.waiting", outbox, Outbox::waiting)
                .description("Messages written and not sent yet").register(registry);
        channels.all().forEach(channel -> counter(channel.name(), MessageState.FAILED));
    }

    /** A message has come to this end. */
    void ended(String channel, MessageState outcome) {
        counter(channels.find(channel).isPresent() ? channel : NONE, outcome).increment();
    }

    private Counter counter(String channel, MessageState outcome) {
        return Counter.builder("ferryman.messages").description("Messages by what became of them")
                .tags("channel", channel, "outcome", outcome.key()).register(registry);
    }
}

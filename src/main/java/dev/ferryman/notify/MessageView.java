package dev.ferryman.notify;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to one channel.
 *
 * @param id       number in addresses
 * @param message  key in the template
 * @param moment   the moment as the template writes it
 * @param channel  the channel's name
 * @param state    where it stands
 * @param urgent   whether it passes quiet hours
 * @param subject  as it is or was sent; of a planned one as it would be written now
 * @param text     the same
 * @param due      when it is sent, or tried next
 * @param sentAt   when it was taken; null where it was not
 * @param detail   why it is not sent, without secrets; empty where there is nothing to say
 * @param tries    every attempt, oldest first
 */
public record MessageView(long id, String message, String moment, String channel, MessageState state, boolean urgent,
        String subject, String text, Instant due, @Nullable Instant sentAt, String detail, List<Try> tries) {
    /** Copies the tries. */
    public MessageView {
        tries = List.copyOf(tries);
    }

    /**
     * One attempt to hand it over.
     *
     * @param at      when it began
     * @param outcome what came of it, without secrets; null while nobody knows
     * @param asked   who had it sent and why; null where Ferryman did by itself
     */
    public record Try(Instant at, @Nullable String outcome, @Nullable String asked) {}
}

package dev.ferryman.notify.internal;

import dev.ferryman.notify.MessageState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of the outbox.
 *
 * @param moment     what it is sent for: the template's moment, the instant of a repeated one, or an event's number
 * @param due        when it is sent, or tried next
 * @param writtenAt  when subject and text were written; null before
 * @param attempts   how often it was tried since it was written or a person asked
 * @param generation number of the latest attempt of all
 * @param carriedBy  the message it became part of
 * @param detail     why it is where it is, without secrets
 * @param asked      who had it sent and why; null where nobody has
 */
record MessageRow(long id, String cutoverId, String key, String moment, String channel, Kind kind, boolean urgent,
        MessageState state, Instant due, @Nullable Instant writtenAt, @Nullable String subject, @Nullable String text,
        int attempts, long generation, @Nullable Long carriedBy, String detail, @Nullable Instant sentAt,
        @Nullable String asked) {
    /** What sends it. */
    enum Kind {
        /** Something happened. */
        EVENT,
        /** Its time has come. */
        TIMED,
        /** Its time has come again. */
        REPEATED
    }
}

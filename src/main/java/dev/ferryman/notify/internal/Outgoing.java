package dev.ferryman.notify.internal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message as it leaves. The same message has the same content at every attempt.
 *
 * @param id      the same for every attempt: how the other side tells a repetition
 * @param message key in the template
 * @param moment  what it was sent for: the moment, or the number of the event
 * @param at      when it was written
 * @param about   the cutover; null for a test message
 */
record Outgoing(String id, String message, String moment, Instant at, boolean urgent, String subject, String text,
        @Nullable About about) {
    /** The cutover it is about. */
    record About(String id, String name, String url, boolean rehearsal) {}
}

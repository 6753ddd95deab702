package dev.ferryman.notify;

import java.util.Locale;

/** Where a message to one channel stands. */
public enum MessageState {
    /** Its time has not come; it is written when it has. */
    PLANNED,
    /** Written, and not sent yet: a moment ago, in quiet hours, or to be tried again. */
    WAITING,
    /** Being handed over. */
    SENDING,
    /** The other side has taken it. */
    SENT,
    /** Part of another message to the same channel. */
    COMBINED,
    /** Given up; a person may send it again. */
    FAILED,
    /** Nobody can tell whether it has arrived; a person may send it again. */
    UNKNOWN,
    /** Not sent, because what it says would not be true any more. */
    SKIPPED,
    /** The server has no such channel. */
    NO_CHANNEL,
    /** Of a rehearsal, to a channel that is not for rehearsals: would have been sent. */
    REHEARSED;

    /** The name pages, metrics and the API use: {@code no-channel}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a person has to look at it. */
    public boolean callsForAPerson() {
        return this == FAILED || this == UNKNOWN;
    }

    /** Whether a person may have it sent, again or at last. */
    public boolean sendable() {
        return this == FAILED || this == UNKNOWN || this == SKIPPED || this == NO_CHANNEL;
    }
}

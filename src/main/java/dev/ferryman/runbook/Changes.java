package dev.ferryman.runbook;

import java.util.function.LongConsumer;

/** Tells pages when to draw anew, whichever replica made the change. */
public interface Changes {
    /** A number that grows with every event, progress and output of the cutover; 0 when there is no such cutover. */
    long revision(String cutoverId);

    /** Makes the cutover's revision grow; belongs into the transaction that makes the change. */
    void count(String cutoverId);

    /** A number that grows with every change of any cutover. */
    long revision();

    /**
     * Calls the listener with the new revision after a change; changes close together may be told as one. Changes made by
     * other replicas arrive within about a second. The listener must not block.
     */
    Subscription subscribe(String cutoverId, LongConsumer listener);

    /** Calls the listener after a change of any cutover. */
    Subscription subscribe(LongConsumer listener);

    /** Ends with {@link #close()}. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}

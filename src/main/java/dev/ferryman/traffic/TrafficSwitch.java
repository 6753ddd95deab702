package dev.ferryman.traffic;

import dev.ferryman.hook.HookJournal;
import java.util.List;

/**
 * Points an application at one of its two databases. Every operation may be repeated: {@code apply} on the side that is
 * already current changes nothing, {@code undo} without an {@code apply} changes nothing.
 */
public interface TrafficSwitch {

    /** Where the application points now, as far as this adapter can read it back. */
    Position current() throws InterruptedException;

    /** What {@link #apply} would do, as sentences for a person, without doing it and without secrets. */
    List<String> plan();

    /**
     * Points the application at PostgreSQL. When this answers {@link Change.Done}, {@link #verify} of
     * {@link Side#TARGET} holds as far as the adapter can read it back.
     *
     * @param idempotencyKey the same for every repetition of one attempt
     * @throws TrafficException where it failed; the message says what is in effect now
     * @throws dev.ferryman.endpoint.BadInputException where it cannot work with these settings; nothing was changed
     */
    Change apply(String idempotencyKey, HookJournal journal) throws InterruptedException;

    /**
     * Reads back whether the application points at the given side.
     *
     * @throws TrafficException where it could not be read
     */
    Position verify(Side wanted) throws InterruptedException;

    /**
     * Points the application back at SQLite.
     *
     * @throws TrafficException where it failed; the message says what is in effect now
     */
    Change undo(String idempotencyKey, HookJournal journal) throws InterruptedException;
}

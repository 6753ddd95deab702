package dev.ferryman.traffic;

import dev.ferryman.hook.HookJournal;
import java.util.List;
import java.util.Optional;

/**
 * A switch that stands before two deployments of the application: blue, which works on SQLite, and green, which works on
 * PostgreSQL. It knows which of them takes writes, and what percentage of reads (GET, HEAD, OPTIONS) goes to green.
 *
 * <p>Before the switch only reads move, since at no moment both databases may take writes; writes move once, all together,
 * with {@link #apply}. {@link #undo} sends everything to blue.
 */
public interface TrafficRouter extends TrafficSwitch {
    /** The name it has in the server's configuration. */
    String name();

    /**
     * Where reads and writes go, read back from the router itself. {@link Position.Unknown} is an answer that is neither
     * side's: both sides taking writes, or a side that the router holds for down.
     *
     * @throws TrafficException where the router cannot be reached
     */
    @Override
    Position current() throws InterruptedException;

    /** What {@link #shiftReads} would do, as sentences for a person, without doing it and without secrets. */
    List<String> planReads(int percent);

    /**
     * Sends this percentage of reads to PostgreSQL, and writes where they go already. A change that does not take effect
     * whole is put back, or the message says what is in effect.
     *
     * @param percent from 0 to 100
     * @param idempotencyKey the same for every repetition of one attempt
     * @throws TrafficException where it failed, or writes go to PostgreSQL already
     */
    Change shiftReads(int percent, String idempotencyKey, HookJournal journal) throws InterruptedException;

    /**
     * What would keep it from sending everything to a side now, as a sentence; empty where nothing is known. Nothing is
     * changed.
     *
     * @throws TrafficException where the router cannot be reached
     */
    Optional<String> obstacle(Side to) throws InterruptedException;
}

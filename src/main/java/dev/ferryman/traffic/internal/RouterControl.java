package dev.ferryman.traffic.internal;

import dev.ferryman.traffic.Side;
import java.util.List;
import java.util.Optional;

/** How one kind of router is read and told; {@link Router} says when. Every call is bounded in time. */
public interface RouterControl {
    /** What it is, for a sentence: {@code HAProxy at /run/haproxy/admin.sock}. */
    String shown();

    /**
     * What the router itself says now.
     *
     * @throws dev.ferryman.traffic.TrafficException where it cannot be asked
     */
    Routing read() throws InterruptedException;

    /**
     * Sends all writes to one side and this percentage of reads to PostgreSQL. May be repeated. Requests that are being
     * answered are let finish.
     *
     * @throws dev.ferryman.traffic.TrafficException where it failed, perhaps in the middle
     */
    void route(Side writes, int readsOnTarget) throws InterruptedException;

    /** What {@link #route} would do, one sentence each. */
    List<String> plan(Side writes, int readsOnTarget);

    /** What would keep a side from answering all requests now, as a sentence; empty where nothing is known. */
    Optional<String> obstacle(Side to) throws InterruptedException;
}

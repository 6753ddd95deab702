package dev.ferryman.copy.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands work out to several threads. What is in one lane is done stage by stage, since it would wait for its own locks
 * otherwise; what is in one stage, and what is in different lanes, may be done at the same time.
 */
final class StagedWork {
    private final List<Lane> lanes = new ArrayList<>();
    private int left;

    /**
     * Something to be done in a transaction of its own.
     *
     * @param steps how much of the plan it is
     * @param action does it; a second time after a deadlock
     */
    record Work(int steps, Action action) {}

    /** What is done over a connection, inside the transaction. */
    interface Action {
        void run(Connection connection) throws SQLException;
    }

    /** Work that a thread has taken and has to give back with {@link #done}. */
    record Taken(Lane lane, Work work) {}

    /** Stages, one after the other. */
    static final class Lane {
        private final Deque<Deque<Work>> stages = new ArrayDeque<>();
        private int running;

        /** Adds a stage behind those that are there; an empty one is none. */
        void add(List<Work> stage) {
            if (!stage.isEmpty()) {
                stages.add(new ArrayDeque<>(stage));
            }
        }

        private @Nullable Work poll() {
            Deque<Work> stage = stages.peek();
            if (stage != null && stage.isEmpty() && running == 0) {
                stages.remove();
                stage = stages.peek();
            }
            Work work = stage == null ? null : stage.poll();
            if (work != null) {
                running++;
            }
            return work;
        }
    }

    /** @param lanes in the order of their urgency */
    StagedWork(List<Lane> lanes) {
        this.lanes.addAll(lanes);
        this.left = lanes.stream().flatMap(lane -> lane.stages.stream()).mapToInt(Deque::size).sum();
    }

    /** The most threads that can ever have something to do at the same time. */
    synchronized int widest() {
        return lanes.stream().mapToInt(lane -> lane.stages.stream().mapToInt(Deque::size).max().orElse(0)).sum();
    }

    /** Takes the most urgent work that may begin, waiting for it if it has to; null once all is done. */
    synchronized @Nullable Taken take() throws InterruptedException {
        while (left > 0) {
            for (Lane lane : lanes) {
                Work work = lane.poll();
                if (work != null) {
                    return new Taken(lane, work);
                }
            }
            wait();
        }
        return null;
    }

    /** Lets whatever waited for this work begin. */
    synchronized void done(Taken taken) {
        taken.lane().running--;
        left--;
        notifyAll();
    }
}

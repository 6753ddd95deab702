package dev.ferryman.runbook;

import dev.ferryman.runbook.internal.EventHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Verifies that the event log is as it was written: every event's hash covers its content and the hash of the event
 * before, and the cutover's own row knows the last one, so that a changed, removed, inserted or cut-off event shows.
 * Needs only the state store's data source.
 */
public final class EventChain {
    private final JdbcClient jdbc;

    /** Reads the state store behind this data source. */
    public EventChain(DataSource stateStore) {
        this.jdbc = JdbcClient.create(stateStore);
    }

    /** Verifies the log of every cutover, in the order they were created. */
    public List<Report> verifyAll() {
        List<String> ids = jdbc.sql("SELECT id FROM cutover ORDER BY created, id").query((row, n) -> row.getString(1))
                .list();
        return ids.stream().map(this::verify).toList();
    }

    /**
     * Verifies one log.
     *
     * @throws NoSuchCutoverException when there is no such cutover
     */
    public Report verify(String cutoverId) {
        Head head = jdbc.sql("SELECT version, head_hash FROM cutover WHERE id = ?").param(cutoverId)
                .query((row, n) -> new Head(row.getLong(1), row.getString(2))).optional()
                .orElseThrow(() -> new NoSuchCutoverException(cutoverId));
        Walk walk = new Walk(cutoverId);
        jdbc.sql("SELECT seq, at, actor, actor_name, type, payload, prev_hash, hash FROM event WHERE cutover_id = ?"
                + " ORDER BY seq").param(cutoverId)
                .query(row -> {
                    walk.next(row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5),
                            row.getString(6), row.getString(7), row.getString(8));
                });
        return walk.end(head);
    }

    /**
     * What was found.
     *
     * @param events how many were read
     * @param broken the first broken link, empty when the log is whole
     */
    public record Report(String cutoverId, long events, Optional<BrokenLink> broken) {
        /** Whether the log is as it was written. */
        public boolean whole() {
            return broken.isEmpty();
        }
    }

    /** The first place where the log is not as it was written. */
    public record BrokenLink(long seq, String what) {}

    private record Head(long version, String hash) {}

    private static final class Walk {
        private final String cutoverId;
        private final List<BrokenLink> broken = new ArrayList<>(1);
        private long seq;
        private String hash = EventHash.GENESIS;

        Walk(String cutoverId) {
            this.cutoverId = cutoverId;
        }

        void next(long itsSeq, String at, String actor, String actorName, String type, String payload, String prevHash,
                String itsHash) {
            if (itsSeq != seq + 1) {
                found(seq + 1, "event " + (seq + 1) + " is missing; the next one is " + itsSeq);
            } else if (!prevHash.equals(hash)) {
                found(itsSeq, "event " + itsSeq + " does not follow the event before it");
            } else if (!EventHash.of(cutoverId, itsSeq, at, actor, actorName, type, payload, prevHash)
                    .equals(itsHash)) {
                found(itsSeq, "the content of event " + itsSeq + " (" + type + ") is not what its hash covers");
            }
            seq = itsSeq;
            hash = itsHash;
        }

        Report end(Head head) {
            if (broken.isEmpty() && seq != head.version()) {
                found(Math.min(seq, head.version()) + 1,
                        "the log ends with event " + seq + ", the cutover is at version " + head.version());
            } else if (broken.isEmpty() && !hash.equals(head.hash())) {
                found(seq, "the last event is not the one the cutover was left with");
            }
            return new Report(cutoverId, seq, broken.stream().findFirst());
        }

        private void found(long at, String what) {
            if (broken.isEmpty()) {
                broken.add(new BrokenLink(at, what));
            }
        }
    }
}

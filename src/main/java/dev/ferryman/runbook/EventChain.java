package dev.ferryman.runbook;

import dev.ferryman.runbook.internal.EventHash;
import dev.ferryman.runbook.internal.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.JacksonException;

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

    /** Verifies every log there is, in the order of the cutovers' creation; logs whose cutover was removed come last. */
    public List<Report> verifyAll() {
        List<String> ids = new ArrayList<>(jdbc.sql("SELECT id FROM cutover ORDER BY created, id")
                .query((row, n) -> row.getString(1)).list());
        ids.addAll(jdbc.sql("SELECT DISTINCT cutover_id FROM event WHERE cutover_id NOT IN (SELECT id FROM cutover)"
                + " ORDER BY cutover_id").query((row, n) -> row.getString(1)).list());
        return ids.stream().map(this::verify).toList();
    }

    /** The cutovers whose logs are not as they were written. */
    public List<String> broken() {
        return verifyAll().stream().filter(report -> !report.whole()).map(Report::cutoverId).toList();
    }

    /**
     * Verifies one log. A cutover that goes on meanwhile does no harm: its row and its log are read in one statement, so
     * that both are of one moment.
     *
     * @throws NoSuchCutoverException when there is neither such a cutover nor an event of one
     */
    public Report verify(String cutoverId) {
        Walk walk = new Walk(cutoverId);
        jdbc.sql("SELECT c.version, c.head_hash, e.seq, e.at, e.actor, e.actor_name, e.type, e.payload, e.prev_hash,"
                + " e.hash FROM (SELECT ? AS id) wanted LEFT JOIN cutover c ON c.id = wanted.id"
                + " LEFT JOIN event e ON e.cutover_id = wanted.id ORDER BY e.seq").param(cutoverId).query(row -> {
                    if (row.getString(2) != null) {
                        walk.leads(new Head(row.getLong(1), row.getString(2)));
                    }
                    if (row.getString(10) != null) {
                        walk.next(row.getLong(3), row.getString(4), row.getString(5), row.getString(6),
                                row.getString(7), row.getString(8), row.getString(9), row.getString(10));
                    }
                });
        return walk.end();
    }

    /**
     * What was found.
     *
     * @param events   how many were read
     * @param lastHash hash of the last one, 64 hex digits: kept elsewhere, it shows later whether this log was written anew
     * @param broken   the first broken link, empty when the log is whole
     * @param archived where the events before the last one are, empty while all are here. That they are there only the file
     *                 itself proves
     */
    public record Report(String cutoverId, long events, String lastHash, Optional<BrokenLink> broken,
            Optional<ArchivedLog> archived) {
        /** Whether the log is as it was written. */
        public boolean whole() {
            return broken.isEmpty();
        }
    }

    /** The first place where the log is not as it was written. */
    public record BrokenLink(long seq, String what) {}

    private record Head(long version, String hash) {}

    /** Goes through a log event by event and keeps the first broken link. */
    static final class Walk {
        private final String cutoverId;
        private final List<BrokenLink> broken = new ArrayList<>(1);
        private @Nullable Head head;
        private long events;
        private long seq;
        private String hash = EventHash.GENESIS;
        private @Nullable ArchivedLog archived;

        Walk(String cutoverId) {
            this.cutoverId = cutoverId;
        }

        /** What the cutover's own row says of the last event. */
        void leads(Head itsHead) {
            head = itsHead;
        }

        void next(long itsSeq, String at, String actor, String actorName, String type, String payload, String prevHash,
                String itsHash) {
            if (type.equals(EventJson.ARCHIVED)) {
                closed(itsSeq, payload, prevHash);
            } else if (archived != null) {
                found(itsSeq, "event " + itsSeq + " was written after the log was archived");
            }
            if (itsSeq != seq + 1) {
                found(seq + 1, "event " + (seq + 1) + " is missing; the next one is " + itsSeq);
            } else if (!prevHash.equals(hash)) {
                found(itsSeq, "event " + itsSeq + " does not follow the event before it");
            } else if (!EventHash.of(cutoverId, itsSeq, at, actor, actorName, type, payload, prevHash)
                    .equals(itsHash)) {
                found(itsSeq, "the content of event " + itsSeq + " (" + type + ") is not what its hash covers");
            }
            events++;
            seq = itsSeq;
            hash = itsHash;
        }

        /** What came before is in the archive, or the log is broken. */
        private void closed(long itsSeq, String payload, String prevHash) {
            try {
                archived = new EventJson().archived(payload);
            } catch (JacksonException e) {
                found(itsSeq, "event " + itsSeq + " does not say where the log is archived");
                return;
            }
            if (archived.events() != itsSeq - 1 || !archived.lastHash().equals(prevHash)) {
                found(itsSeq, "event " + itsSeq + " names an archive that does not end where it begins");
            } else if (events == 0) {
                seq = archived.events();
                hash = prevHash;
            }
        }

        Report end() {
            if (head == null && events == 0) {
                throw new NoSuchCutoverException(cutoverId);
            }
            if (head == null) {
                found(seq, "the log is there, the cutover it belongs to is not");
            } else if (broken.isEmpty() && seq != head.version()) {
                found(Math.min(seq, head.version()) + 1,
                        "the log ends with event " + seq + ", the cutover is at version " + head.version());
            } else if (broken.isEmpty() && !hash.equals(head.hash())) {
                found(seq, "the last event is not the one the cutover was left with");
            }
            return report();
        }

        /** The end of a log that no cutover's row tells the end of. */
        Report endOfFile() {
            if (archived != null) {
                found(seq, "an archive holds the events themselves, not where they are");
            }
            return report();
        }

        private Report report() {
            return new Report(cutoverId, events, hash, broken.stream().findFirst(), Optional.ofNullable(archived));
        }

        private void found(long at, String what) {
            if (broken.isEmpty()) {
                broken.add(new BrokenLink(at, what));
            }
        }
    }
}

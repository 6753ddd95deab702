package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.CapturedTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the target knows of a replication: tables in schema {@code ferryman}, committed with the rows they speak of. */
final class TargetState {
    private static final String SCHEMA = """
                                         CREATE SCHEMA IF NOT EXISTS ferryman;
                                         CREATE TABLE IF NOT EXISTS ferryman.replication (
                                             job text PRIMARY KEY,
                                             capture text NOT NULL,
                                             generation bigint NOT NULL,
                                             token text,
                                             switched_at timestamptz,
                                             returned_at timestamptz);
                                         CREATE TABLE IF NOT EXISTS ferryman.watermark (
                                             job text NOT NULL REFERENCES ferryman.replication ON DELETE CASCADE,
                                             table_number integer NOT NULL,
                                             source_table text NOT NULL,
                                             applied bigint NOT NULL,
                                             verified bigint NOT NULL CHECK (verified <= applied),
                                             shape text,
                                             PRIMARY KEY (job, table_number))""";

    private TargetState() {}

    /** How far a table is: everything up to {@code applied} is in the target, up to {@code verified} it is proved. */
    record Mark(long applied, long verified) {}

    /** Begins a replication at the snapshot's watermarks; does nothing where it was begun already. */
    static void begin(TargetSession session, CaptureState capture, Map<Integer, Long> marks) throws SQLException {
        session.inTransaction(() -> {
            Connection connection = session.connection();
            if (!Sql.yes(connection, "SELECT to_regclass('ferryman.watermark') IS NOT NULL")) {
                Sql.execute(connection, SCHEMA);
            }
            Optional<String> known = capture(connection, session.lease().job());
            if (known.isPresent()) {
                if (!known.get().equals(capture.capture())) {
                    throw new BadInputException(
                            "The target follows another capture of this cutover than the snapshot holds.",
                            "Clean the target and begin again with the snapshot at hand.");
                }
                session.claim();
                return true;
            }
            Sql.update(connection, "INSERT INTO ferryman.replication (job, capture, generation) VALUES (?, ?, ?)",
                    session.lease().job(), capture.capture(), session.lease().generation());
            // The target remembers nobody yet; whoever comes later ends this session first.
            session.lease().confirm().run();
            for (CapturedTable table : capture.tables()) {
                long mark = marks.getOrDefault(table.number(), 0L);
                Sql.update(connection, "INSERT INTO ferryman.watermark (job, table_number,"
                        + " source_table, applied, verified) VALUES (?, ?, ?, ?, ?)", session.lease().job(),
                        table.number(), table.table(), mark, mark);
            }
            return true;
        });
    }

    /** Id of the capture that a job follows. */
    static Optional<String> capture(Connection connection, String job) throws SQLException {
        return Sql.query(connection, "SELECT capture FROM ferryman.replication WHERE job = ?", row -> row.getString(1),
                job).stream().findFirst();
    }

    static Map<Integer, Mark> marks(Connection connection, String job) throws SQLException {
        Map<Integer, Mark> marks = new TreeMap<>();
        record Entry(int table, Mark mark) {}
        List<Entry> entries = Sql.query(connection,
                "SELECT table_number, applied, verified FROM ferryman.watermark WHERE job = ?",
                row -> new Entry(row.getInt(1), new Mark(row.getLong(2), row.getLong(3))), job);
        entries.forEach(entry -> marks.put(entry.table(), entry.mark()));
        return marks;
    }

    static void applied(Connection connection, String job, int table, long upTo) throws SQLException {
        Sql.update(connection,
                "UPDATE ferryman.watermark SET applied = ? WHERE job = ? AND table_number = ? AND applied <= ?", upTo,
                job, table, upTo);
    }

    static void verified(Connection connection, String job, int table, long upTo) throws SQLException {
        Sql.update(connection, """
                               UPDATE ferryman.watermark SET verified = greatest(verified, least(applied, ?))
                               WHERE job = ? AND table_number = ?""", upTo, job, table);
    }

    /** Remembers the columns of the tables. */
    static void keepShape(Connection connection, String job, List<ReplicatedTable> tables) throws SQLException {
        for (ReplicatedTable table : tables) {
            Sql.update(connection, "UPDATE ferryman.watermark SET shape = ? WHERE job = ? AND table_number = ?",
                    shape(connection, table), job, table.number());
        }
    }

    /** Tables whose columns are others than they were. */
    static List<String> reshaped(Connection connection, String job, List<ReplicatedTable> tables)
            throws SQLException {
        List<String> found = new ArrayList<>();
        for (ReplicatedTable table : tables) {
            if (Sql.yes(connection,
                    "SELECT shape IS DISTINCT FROM ? FROM ferryman.watermark WHERE job = ? AND table_number = ?",
                    shape(connection, table), job, table.number())) {
                found.add(table.plan().target());
            }
        }
        return found;
    }

    private static String shape(Connection connection, ReplicatedTable table) throws SQLException {
        return Sql.query(connection, """
                                     SELECT coalesce(string_agg(quote_ident(attname) || ' '
                                         || format_type(atttypid, atttypmod), ', ' ORDER BY attname), '')
                                     FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0
                                         AND NOT attisdropped""", row -> row.getString(1), table.target()).getFirst();
    }

    /** Removes what a job has here; the schema goes with its last table. */
    static void forget(Connection connection, String job) throws SQLException {
        if (!Sql.yes(connection, "SELECT to_regclass('ferryman.replication') IS NOT NULL")) {
            return;
        }
        Sql.update(connection, "DELETE FROM ferryman.replication WHERE job = ?", job);
        if (Sql.number(connection, "SELECT count(*) FROM ferryman.replication") == 0) {
            Sql.execute(connection, "DROP TABLE ferryman.watermark, ferryman.replication");
            if (Sql.yes(connection, """
                                    SELECT NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n
                                    ON n.oid = c.relnamespace WHERE n.nspname = 'ferryman')""")) {
                Sql.execute(connection, "DROP SCHEMA ferryman");
            }
        }
    }
}

package dev.ferryman.copy.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the target itself knows of a copy: schema {@code ferryman} with the job, its chunks, the objects it made, and what a
 * verification of it has finished (written there by {@code verify}). All of it lives in the target so that it commits together with the rows it speaks of.
 */
public final class Ledger {
    private static final String SCHEMA = """
                                         CREATE SCHEMA IF NOT EXISTS ferryman;
                                         COMMENT ON SCHEMA ferryman IS 'What Ferryman remembers of its copy; gone after its cleanup.';
                                         CREATE TABLE IF NOT EXISTS ferryman.job (
                                             id text PRIMARY KEY,
                                             generation bigint NOT NULL,
                                             mode text NOT NULL,
                                             state text NOT NULL CHECK (state IN ('preparing', 'loading', 'completing', 'finished')),
                                             snapshot_sha256 text NOT NULL,
                                             snapshot_file text NOT NULL,
                                             plan_sha256 text NOT NULL,
                                             created_at timestamptz NOT NULL DEFAULT clock_timestamp());
                                         CREATE TABLE IF NOT EXISTS ferryman.chunk (
                                             job text NOT NULL REFERENCES ferryman.job ON DELETE CASCADE,
                                             table_number integer NOT NULL,
                                             chunk_number integer NOT NULL,
                                             low text,
                                             high text,
                                             rows bigint,
                                             bytes bigint,
                                             quarantined bigint NOT NULL DEFAULT 0,
                                             committed_at timestamptz,
                                             PRIMARY KEY (job, table_number, chunk_number));
                                         CREATE TABLE IF NOT EXISTS ferryman.object (
                                             number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                                             job text NOT NULL REFERENCES ferryman.job ON DELETE CASCADE,
                                             kind text NOT NULL,
                                             schema_name text NOT NULL,
                                             name text NOT NULL,
                                             UNIQUE (job, kind, schema_name, name));
                                         CREATE TABLE IF NOT EXISTS ferryman.verified (
                                             job text NOT NULL REFERENCES ferryman.job ON DELETE CASCADE,
                                             plan_sha256 text NOT NULL,
                                             source_table text NOT NULL,
                                             part text NOT NULL,
                                             source_rows bigint NOT NULL,
                                             target_rows bigint NOT NULL,
                                             horizon bigint NOT NULL,
                                             shape text NOT NULL,
                                             verified_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                                             PRIMARY KEY (job, plan_sha256, source_table, part))""";

    private Ledger() {}

    /** How far a copy is. */
    public enum State {
        /** Objects are being created. */
        PREPARING,
        /** Chunks are being committed. */
        LOADING,
        /** All rows are in; indexes, constraints and sequences follow. */
        COMPLETING,
        /** Everything is done. */
        FINISHED;

        String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A copy.
     *
     * @param id identifies it across restarts
     * @param mode name of the schema mode
     * @param state how far it is
     * @param snapshotSha256 the snapshot it copies, and no other
     * @param snapshotFile file name of that snapshot, for people
     * @param planSha256 the plan it follows, and no other
     */
    public record Job(String id, String mode, State state, String snapshotSha256, String snapshotFile,
            String planSha256) {}

    /**
     * Something that a copy made, or a table that it found empty and filled.
     *
     * @param kind what it is
     * @param schema its schema, empty where it has none
     * @param name its name, unquoted; a function with its argument types
     */
    public record MadeObject(Kind kind, String schema, String name) {
        /** What a copy makes. */
        public enum Kind {
            SCHEMA, EXTENSION, COLLATION, TYPE, FUNCTION, VIEW, TABLE, FILLED_TABLE
        }
    }

    /** A chunk and what was committed of it; nothing where {@code rows} is null. */
    record ChunkEntry(Chunk chunk, @Nullable Long rows, long bytes, long quarantined) {}

    static void create(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        }
    }

    /** Whether the target has a ledger. */
    public static boolean exists(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT to_regclass('ferryman.object') IS NOT NULL")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    /** Generation of a job, 0 where it is not known. */
    static long generation(Connection connection, String job) throws SQLException {
        if (!exists(connection)) {
            return 0;
        }
        try (var statement = connection.prepareStatement("SELECT generation FROM ferryman.job WHERE id = ?")) {
            statement.setString(1, job);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** Raises the generation of a job that is there already. */
    static void setGeneration(Connection connection, String job, long generation) throws SQLException {
        if (!exists(connection)) {
            return;
        }
        try (var statement = connection
                .prepareStatement("UPDATE ferryman.job SET generation = ? WHERE id = ? AND generation < ?")) {
            statement.setLong(1, generation);
            statement.setString(2, job);
            statement.setLong(3, generation);
            statement.executeUpdate();
        }
    }

    /**
     * Keeps the job's generation from changing until the transaction ends.
     *
     * @throws dev.ferryman.copy.CopyFailedException if it has changed already
     */
    static void fence(Connection connection, String job, long generation) throws SQLException {
        try (var statement = connection
                .prepareStatement("SELECT generation FROM ferryman.job WHERE id = ? FOR SHARE")) {
            statement.setString(1, job);
            try (var rows = statement.executeQuery()) {
                long now = rows.next() ? rows.getLong(1) : Long.MAX_VALUE;
                if (now != generation) {
                    throw TargetLease.superseded(generation, now);
                }
            }
        }
    }

    /** All copies this target knows, oldest first. */
    public static List<Job> jobs(Connection connection) throws SQLException {
        List<Job> jobs = new ArrayList<>();
        if (!exists(connection)) {
            return jobs;
        }
        try (var statement = connection.createStatement();
                var rows = statement
                        .executeQuery("""
                                      SELECT id, mode, upper(state), snapshot_sha256, snapshot_file, plan_sha256
                                      FROM ferryman.job ORDER BY created_at, id""")) {
            while (rows.next()) {
                jobs.add(new Job(rows.getString(1), rows.getString(2), State.valueOf(rows.getString(3)),
                        rows.getString(4), rows.getString(5), rows.getString(6)));
            }
        }
        return jobs;
    }

    static Optional<Job> job(Connection connection, String id) throws SQLException {
        return jobs(connection).stream().filter(job -> job.id().equals(id)).findFirst();
    }

    static void insert(Connection connection, Job job, long generation, List<Chunk> chunks) throws SQLException {
        try (var statement = connection.prepareStatement(
                """
                INSERT INTO ferryman.job (id, generation, mode, state, snapshot_sha256, snapshot_file, plan_sha256)
                VALUES (?, ?, ?, ?, ?, ?, ?)""")) {
            statement.setString(1, job.id());
            statement.setLong(2, generation);
            statement.setString(3, job.mode());
            statement.setString(4, job.state().stored());
            statement.setString(5, job.snapshotSha256());
            statement.setString(6, job.snapshotFile());
            statement.setString(7, job.planSha256());
            statement.executeUpdate();
        }
        try (var statement = connection.prepareStatement(
                """
                INSERT INTO ferryman.chunk (job, table_number, chunk_number, low, high) VALUES (?, ?, ?, ?, ?)""")) {
            for (Chunk chunk : chunks) {
                statement.setString(1, job.id());
                statement.setInt(2, chunk.table());
                statement.setInt(3, chunk.number());
                statement.setString(4, chunk.low());
                statement.setString(5, chunk.high());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    static void setState(Connection connection, String job, State state) throws SQLException {
        try (var statement = connection.prepareStatement("UPDATE ferryman.job SET state = ? WHERE id = ?")) {
            statement.setString(1, state.stored());
            statement.setString(2, job);
            statement.executeUpdate();
        }
    }

    static List<ChunkEntry> chunks(Connection connection, String job) throws SQLException {
        List<ChunkEntry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT table_number, chunk_number, low, high, rows, coalesce(bytes, 0), quarantined
                FROM ferryman.chunk
                WHERE job = ? ORDER BY table_number, chunk_number""")) {
            statement.setString(1, job);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    Long done = rows.getObject(5, Long.class);
                    entries.add(new ChunkEntry(
                            new Chunk(rows.getInt(1), rows.getInt(2), rows.getString(3), rows.getString(4)), done,
                            rows.getLong(6), rows.getLong(7)));
                }
            }
        }
        return entries;
    }

    /**
     * Marks a chunk as committed, inside the transaction that holds its rows.
     *
     * @throws IllegalStateException if it was marked before: its rows are about to come a second time
     */
    static void commitChunk(Connection connection, String job, Chunk chunk, ChunkLoader.Loaded loaded)
            throws SQLException {
        try (var statement = connection.prepareStatement(
                """
                UPDATE ferryman.chunk SET rows = ?, bytes = ?, quarantined = ?, committed_at = clock_timestamp()
                WHERE job = ? AND table_number = ? AND chunk_number = ? AND committed_at IS NULL""")) {
            statement.setLong(1, loaded.rows());
            statement.setLong(2, loaded.bytes());
            statement.setLong(3, loaded.quarantined());
            statement.setString(4, job);
            statement.setInt(5, chunk.table());
            statement.setInt(6, chunk.number());
            if (statement.executeUpdate() != 1) {
                throw new IllegalStateException("chunk " + chunk + " is committed already");
            }
        }
    }

    static void addObject(Connection connection, String job, MadeObject object) throws SQLException {
        try (var statement = connection
                .prepareStatement("""
                                  INSERT INTO ferryman.object (job, kind, schema_name, name) VALUES (?, ?, ?, ?)
                                  ON CONFLICT DO NOTHING""")) {
            statement.setString(1, job);
            statement.setString(2, object.kind().name());
            statement.setString(3, object.schema());
            statement.setString(4, object.name());
            statement.executeUpdate();
        }
    }

    /** What a job has made, in the order in which it made it. */
    static List<MadeObject> objects(Connection connection, String job) throws SQLException {
        List<MadeObject> objects = new ArrayList<>();
        try (var statement = connection.prepareStatement(
                "SELECT kind, schema_name, name FROM ferryman.object WHERE job = ? ORDER BY number")) {
            statement.setString(1, job);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    objects.add(new MadeObject(MadeObject.Kind.valueOf(rows.getString(1)), rows.getString(2),
                            rows.getString(3)));
                }
            }
        }
        return objects;
    }

    /** Forgets a job; with the last one the whole schema goes. */
    static void forget(Connection connection, String job) throws SQLException {
        try (var statement = connection.prepareStatement("DELETE FROM ferryman.job WHERE id = ?")) {
            statement.setString(1, job);
            statement.executeUpdate();
        }
        if (jobs(connection).isEmpty()) {
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "DROP TABLE IF EXISTS ferryman.verified, ferryman.object, ferryman.chunk, ferryman.job");
            }
            dropEmptySchema(connection);
        }
    }

    /** Drops schema {@code ferryman} if it is there and nothing is in it: other tables of Ferryman keep it. */
    public static void dropEmptySchema(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        """
                        SELECT to_regnamespace('ferryman') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_class c
                        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'ferryman')""")) {
            rows.next();
            if (rows.getBoolean(1)) {
                statement.execute("DROP SCHEMA ferryman");
            }
        }
    }
}

package dev.ferryman.schemachange.internal;

import dev.ferryman.schemachange.KeyChangePlan;
import dev.ferryman.schemachange.KeyChangeStage;
import dev.ferryman.schemachange.SchemaChangeFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the target knows of a change of keys: plan, stage and how far the backfill is. It commits with what it speaks of,
 * and only for the holder of the newest generation: a process that was stalled and wakes up changes nothing.
 */
public final class KeyChangeState {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String SCHEMA = """
                                         CREATE SCHEMA IF NOT EXISTS ferryman;
                                         CREATE TABLE IF NOT EXISTS ferryman.key_change (
                                             job text PRIMARY KEY,
                                             plan text NOT NULL,
                                             stage text NOT NULL,
                                             generation bigint NOT NULL,
                                             filling text,
                                             page bigint NOT NULL DEFAULT 0)""";

    private final String job;
    private final long generation;

    public KeyChangeState(String job, long generation) {
        this.job = job;
        this.generation = generation;
    }

    /** What is stored. */
    public record Stored(KeyChangePlan plan, KeyChangeStage stage, @Nullable String filling, long page) {}

    public Optional<Stored> read(Connection connection) throws SQLException {
        if (!PgText.yes(connection, "SELECT to_regclass('ferryman.key_change') IS NOT NULL")) {
            return Optional.empty();
        }
        List<Stored> found = PgText.query(connection,
                "SELECT plan, stage, filling, page FROM ferryman.key_change WHERE job = ?",
                row -> new Stored(JSON.readValue(row.getString(1), KeyChangePlan.class),
                        KeyChangeStage.valueOf(row.getString(2)), row.getString(3), row.getLong(4)),
                job);
        return found.stream().findFirst();
    }

    /** Writes the plan down, in the transaction that begins it. */
    public void begin(Connection connection, KeyChangePlan plan) throws SQLException {
        PgText.execute(connection, SCHEMA);
        List<String> others = PgText.query(connection,
                "SELECT job FROM ferryman.key_change WHERE job <> ? AND stage <> ?",
                row -> row.getString(1), job, KeyChangeStage.DROPPED.name());
        if (!others.isEmpty()) {
            throw new SchemaChangeFailedException(
                    "Another change of keys (" + others.getFirst() + ") is under way here.",
                    "Nothing was changed. Finish it or take it back first.");
        }
        PgText.update(connection, """
                                  INSERT INTO ferryman.key_change (job, plan, stage, generation) VALUES (?, ?, ?, ?)
                                  ON CONFLICT (job) DO UPDATE SET plan = excluded.plan, stage = excluded.stage,
                                      generation = excluded.generation, filling = NULL, page = 0
                                  WHERE key_change.generation <= excluded.generation""", job,
                JSON.writeValueAsString(plan),
                KeyChangeStage.EXPANDED.name(), generation);
        claim(connection);
    }

    /** Makes sure that nobody newer works on it, and that nobody older commits after this transaction. */
    public void claim(Connection connection) throws SQLException {
        if (PgText.update(connection,
                "UPDATE ferryman.key_change SET generation = ? WHERE job = ? AND generation <= ?", generation, job,
                generation) == 0) {
            throw new SchemaChangeFailedException("Another process has taken this step over.",
                    "Nothing was changed here. Look at the step: it goes on there.");
        }
    }

    public void stage(Connection connection, KeyChangeStage stage) throws SQLException {
        claim(connection);
        PgText.update(connection, "UPDATE ferryman.key_change SET stage = ?, filling = NULL, page = 0 WHERE job = ?",
                stage.name(), job);
    }

    public void filled(Connection connection, String column, long page) throws SQLException {
        claim(connection);
        PgText.update(connection, "UPDATE ferryman.key_change SET filling = ?, page = ? WHERE job = ?", column, page,
                job);
    }

    /** Forgets it; the last one takes the table along. */
    public void forget(Connection connection) throws SQLException {
        claim(connection);
        PgText.update(connection, "DELETE FROM ferryman.key_change WHERE job = ?", job);
        if (PgText.number(connection, "SELECT count(*) FROM ferryman.key_change") == 0) {
            PgText.execute(connection, "DROP TABLE ferryman.key_change");
            dropEmptySchema(connection);
        }
    }

    /** Drops Ferryman's schema where nothing is left in it. */
    static void dropEmptySchema(Connection connection) throws SQLException {
        if (PgText.number(connection,
                """
                SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'ferryman'::regnamespace)
                    + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'ferryman'::regnamespace)""") == 0) {
            PgText.execute(connection, "DROP SCHEMA ferryman");
        }
    }
}

package dev.ferryman.schemachange.internal;

import dev.ferryman.schemachange.SchemaChangeFailedException;
import dev.ferryman.schemachange.SqlScript;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the target knows of a script that is applied to it: how many statements are done, and which one outside any
 * transaction was begun. It commits with what it speaks of, and only for the holder of the newest generation.
 */
public final class ApplyState {
    private static final String SCHEMA = """
                                         CREATE SCHEMA IF NOT EXISTS ferryman;
                                         CREATE TABLE IF NOT EXISTS ferryman.schema_change (
                                             job text PRIMARY KEY,
                                             name text NOT NULL,
                                             script text NOT NULL,
                                             statements int NOT NULL,
                                             done int NOT NULL DEFAULT 0,
                                             done_text text NOT NULL DEFAULT '',
                                             begun int NOT NULL DEFAULT 0,
                                             generation bigint NOT NULL,
                                             changed_at timestamptz NOT NULL DEFAULT now())""";

    private final String job;
    private final long generation;

    public ApplyState(String job, long generation) {
        this.job = job;
        this.generation = generation;
    }

    /**
     * What is stored.
     *
     * @param script SHA-256 of the script
     * @param statements how many it has
     * @param done number of the last one that is done, 0 for none
     * @param doneText SHA-256 of all that are done
     * @param begun number of one outside any transaction that was begun and not seen to end, 0 for none
     */
    public record Stored(String script, int statements, int done, String doneText, int begun, long generation) {}

    public Optional<Stored> read(Connection connection) throws SQLException {
        if (!PgText.yes(connection, "SELECT to_regclass('ferryman.schema_change') IS NOT NULL")) {
            return Optional.empty();
        }
        return PgText.query(connection, """
                                        SELECT script, statements, done, done_text, begun, generation
                                        FROM ferryman.schema_change WHERE job = ?""",
                row -> new Stored(row.getString(1), row.getInt(2), row.getInt(3), row.getString(4), row.getInt(5),
                        row.getLong(6)),
                job).stream().findFirst();
    }

    /**
     * Writes down what is to be applied, or finds how far it is. Another script goes on where this one is only if all that
     * is done is the same in both.
     */
    public Stored begin(Connection connection, SqlScript script, List<ParsedStatement> statements) throws SQLException {
        Stored found = fence(connection, script.name(), script.sha256(), statements.size());
        if (found.script().equals(script.sha256())) {
            return found;
        }
        int fixed = Math.max(found.done(), found.begun());
        if (fixed > 0 && (found.done() >= found.statements() || found.begun() > 0
                || !found.doneText().equals(text(statements, found.done())))) {
            throw new SchemaChangeFailedException(
                    "Of another version of this script " + found.done() + " of " + found.statements()
                            + " statements are done here already (SHA-256 " + found.script() + ").",
                    "Nothing was changed now. Give the script as it was; what is done may not be altered in it, only what"
                            + " comes after.");
        }
        PgText.update(connection,
                "UPDATE ferryman.schema_change SET name = ?, script = ?, statements = ? WHERE job = ?",
                script.name(), script.sha256(), statements.size(), job);
        return new Stored(script.sha256(), statements.size(), found.done(), found.doneText(), 0, generation);
    }

    /**
     * Finds how far it is, whatever the script is by now, and refuses it to everybody older from now on.
     *
     * @param name of the script, which is written down where nothing was begun; so are the other two
     */
    public Stored fence(Connection connection, String name, String script, int statements) throws SQLException {
        PgText.execute(connection, SCHEMA);
        Optional<Stored> stored = read(connection);
        if (stored.isPresent()) {
            claim(connection);
            return stored.get();
        }
        PgText.update(connection, """
                                  INSERT INTO ferryman.schema_change (job, name, script, statements, generation)
                                  VALUES (?, ?, ?, ?, ?)""", job, name, script, statements, generation);
        return new Stored(script, statements, 0, "", 0, generation);
    }

    /** Makes sure that nobody newer works on it, and that nobody older commits after this transaction. */
    public void claim(Connection connection) throws SQLException {
        if (PgText.update(connection,
                "UPDATE ferryman.schema_change SET generation = ? WHERE job = ? AND generation <= ?", generation, job,
                generation) == 0) {
            throw taken();
        }
    }

    /** What it is told who comes too late. */
    public static SchemaChangeFailedException taken() {
        return new SchemaChangeFailedException("Another process has taken this step over.",
                "Nothing was changed here. Look at the step: it goes on there.");
    }

    /** Notes that a statement outside any transaction is about to begin; 0 that what it had begun is cleared away. */
    public void begun(Connection connection, int number) throws SQLException {
        claim(connection);
        PgText.update(connection, "UPDATE ferryman.schema_change SET begun = ?, changed_at = now() WHERE job = ?",
                number,
                job);
    }

    /** Notes that all statements up to this one are done. */
    public void done(Connection connection, List<ParsedStatement> statements, int number) throws SQLException {
        claim(connection);
        PgText.update(connection,
                """
                UPDATE ferryman.schema_change SET done = ?, done_text = ?, begun = 0, changed_at = now()
                WHERE job = ?""", number, text(statements, number), job);
    }

    private static String text(List<ParsedStatement> statements, int done) {
        return Sha256
                .of(statements.stream().limit(done).map(ParsedStatement::sql).collect(Collectors.joining("\n;\n")));
    }

    /** Forgets it; the last one takes the table along. */
    public void forget(Connection connection) throws SQLException {
        claim(connection);
        PgText.update(connection, "DELETE FROM ferryman.schema_change WHERE job = ?", job);
        if (PgText.number(connection, "SELECT count(*) FROM ferryman.schema_change") == 0) {
            PgText.execute(connection, "DROP TABLE ferryman.schema_change");
            KeyChangeState.dropEmptySchema(connection);
        }
    }
}

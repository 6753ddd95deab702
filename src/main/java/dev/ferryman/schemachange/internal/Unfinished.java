package dev.ferryman.schemachange.internal;

import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.SqlText;
import dev.ferryman.schemachange.internal.parse.Tree;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Looks what became of a statement that refuses transactions and was begun before: PostgreSQL does such a statement in
 * several transactions of its own, so that an interruption leaves something behind.
 */
public final class Unfinished {
    private Unfinished() {}

    /**
     * Clears away what an interrupted statement left behind.
     *
     * @return whether the statement is done, so that it must not run again
     */
    public static boolean settle(Connection connection, ParsedStatement statement) throws SQLException {
        Tree tree = statement.tree();
        return switch (tree.kind()) {
            case "IndexStmt" -> index(connection, tree);
            case "DropStmt" -> !exists(connection, String.join(".",
                    tree.list("objects").getFirst().names("items").stream().map(SqlText::name).toList()));
            case "ReindexStmt" -> {
                copies(connection, SqlText.relation(tree.struct("relation")));
                yield false;
            }
            case "AlterTableStmt" -> detached(connection, tree);
            // VACUUM, CLUSTER: once more does no harm.
            default -> false;
        };
    }

    private static boolean index(Connection connection, Tree tree) throws SQLException {
        List<Found> found = PgText.query(connection, """
                                                     SELECT indexrelid::regclass::text, indisvalid FROM pg_index
                                                     JOIN pg_class ON pg_class.oid = indexrelid
                                                     WHERE indrelid = to_regclass(?) AND relname = ?""",
                row -> new Found(row.getString(1), row.getBoolean(2)), SqlText.relation(tree.struct("relation")),
                tree.text("idxname"));
        if (found.isEmpty()) {
            return false;
        }
        if (!found.getFirst().valid()) {
            PgText.execute(connection, "DROP INDEX CONCURRENTLY " + found.getFirst().name());
        }
        return found.getFirst().valid();
    }

    private record Found(String name, boolean valid) {}

    private static boolean exists(Connection connection, String relation) throws SQLException {
        return PgText.yes(connection, "SELECT to_regclass(?) IS NOT NULL", relation);
    }

    /** REINDEX CONCURRENTLY builds under other names and swaps; what it leaves behind is invalid and named so. */
    private static void copies(Connection connection, String relation) throws SQLException {
        List<String> names = PgText.query(connection,
                """
                SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                WHERE NOT indisvalid AND relname ~ '_cc(new|old)[0-9]*$' AND (indrelid = to_regclass(?)
                    OR indrelid = (SELECT indrelid FROM pg_index WHERE indexrelid = to_regclass(?)))""",
                row -> row.getString(1), relation, relation);
        for (String name : names) {
            PgText.execute(connection, "DROP INDEX CONCURRENTLY " + name);
        }
    }

    private static boolean detached(Connection connection, Tree tree) throws SQLException {
        Tree partition = tree.list("cmds").getFirst().child("def").orElseThrow().struct("name");
        String parent = SqlText.relation(tree.struct("relation"));
        List<Boolean> pending = PgText.query(connection,
                """
                SELECT inhdetachpending FROM pg_inherits
                WHERE inhparent = to_regclass(?) AND inhrelid = to_regclass(?)""",
                row -> row.getBoolean(1), parent, SqlText.relation(partition));
        if (pending.equals(List.of(true))) {
            PgText.execute(connection,
                    "ALTER TABLE " + parent + " DETACH PARTITION " + SqlText.relation(partition) + " FINALIZE");
        }
        return !pending.equals(List.of(false));
    }
}

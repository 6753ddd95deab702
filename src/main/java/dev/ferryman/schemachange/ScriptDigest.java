package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.schemachange.internal.Sha256;
import dev.ferryman.schemachange.internal.parse.ParsedStatement;
import dev.ferryman.schemachange.internal.parse.ScriptParser;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells whether two scripts do the same. */
public final class ScriptDigest {
    /** Tables in which tools note when they ran what: different each time that they print it. */
    private static final Set<String> NOTES = Set.of("databasechangelog", "databasechangeloglock",
            "flyway_schema_history");

    private static final Set<String> FRAME = Set.of("TransactionStmt", "VariableSetStmt", "VariableShowStmt");

    private ScriptDigest() {}

    /**
     * SHA-256 of a script's statements in hexadecimal digits, without remarks and without what a tool notes for itself.
     *
     * @throws BadInputException if PostgreSQL would refuse the text
     */
    public static String of(SqlScript script) {
        return Sha256.of(ScriptParser.parse(script).statements().stream().filter(statement -> !note(statement))
                .map(ParsedStatement::sql).collect(Collectors.joining("\n;\n")));
    }

    /**
     * Whether a script does anything: whether it has more than transactions, settings of the session and what a tool notes for
     * itself.
     *
     * @throws BadInputException if PostgreSQL would refuse the text
     */
    public static boolean changesNothing(SqlScript script) {
        return ScriptParser.parse(script).statements().stream()
                .allMatch(statement -> note(statement) || FRAME.contains(statement.tree().kind()));
    }

    private static boolean note(ParsedStatement statement) {
        return Set.of("InsertStmt", "UpdateStmt", "DeleteStmt").contains(statement.tree().kind())
                && NOTES.contains(statement.tree().struct("relation").text("relname").toLowerCase(Locale.ROOT));
    }
}

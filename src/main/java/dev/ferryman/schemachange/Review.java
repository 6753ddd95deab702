package dev.ferryman.schemachange;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schemachange.internal.parse.ParsedScript;
import dev.ferryman.schemachange.internal.parse.ScriptParser;
import dev.ferryman.schemachange.internal.rules.ScriptReview;
import dev.ferryman.schemachange.internal.target.Catalog;
import dev.ferryman.schemachange.internal.target.TargetReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a script would do, statement by statement. Nothing is run, and nothing is kept.
 *
 * @param name name of the script
 * @param origin whose SQL it was read as
 * @param version major version of PostgreSQL it was judged for
 * @param target address of the target that was looked at, without a password; empty where none was
 * @param statements in their order
 */
public record Review(String name, Origin origin, int version, String target, List<ReviewedStatement> statements) {
    /** A look at the target is given up after this long. */
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(15);

    public Review {
        statements = List.copyOf(statements);
    }

    /**
     * Reviews a script.
     *
     * @throws BadInputException if PostgreSQL would refuse the text (message with file, line and column), or the target
     *         cannot be looked at
     */
    public static Review of(SqlScript script, ReviewContext context) {
        ParsedScript parsed = ScriptParser.parse(script);
        return switch (context) {
            case ReviewContext.OfVersion(int version) ->
                review(script, parsed, Catalog.unknown(), version, "");
            case ReviewContext.OfTarget(PostgresTarget target) -> look(script, parsed, target);
            case ReviewContext.OfConnection(Connection connection) -> {
                try {
                    yield look(script, parsed, connection, "");
                } catch (SQLException e) {
                    throw new BadInputException("The target's catalog cannot be read: " + e.getMessage(),
                            "Review without the target, or give a user who may read its catalog.", e);
                }
            }
        };
    }

    private static Review look(SqlScript script, ParsedScript parsed, PostgresTarget target) {
        try (Connection connection = target.connectToLook(LOOK_LIMIT)) {
            return look(script, parsed, connection, target.display());
        } catch (SQLException e) {
            throw target.refusal(e);
        }
    }

    private static Review look(SqlScript script, ParsedScript parsed, Connection connection, String address)
            throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        Catalog catalog = TargetReader.read(connection, ScriptReview.relations(parsed), ScriptReview.functions(parsed),
                ScriptReview.domains(parsed));
        return review(script, parsed, catalog, version, address);
    }

    private static Review review(SqlScript script, ParsedScript parsed, Catalog catalog, int version, String target) {
        return new Review(script.name(), script.origin(), version, target,
                ScriptReview.review(script, parsed, catalog, version));
    }

    /** All findings in the order of the script. */
    public Stream<Finding> findings() {
        return statements.stream().flatMap(statement -> statement.findings().stream());
    }

    /** Class of the whole script: that of its worst statement. */
    public Risk risk() {
        return statements.stream().map(ReviewedStatement::risk).max(Comparator.naturalOrder()).orElse(Risk.LOW);
    }

    /** Whether there is a finding of this class or a worse one. */
    public boolean unsafe(Risk bound) {
        return findings().anyMatch(finding -> finding.risk().atLeast(bound));
    }
}

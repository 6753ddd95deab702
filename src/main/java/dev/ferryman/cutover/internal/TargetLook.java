package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.TargetFacts;
import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.TargetSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at a target and says what it is and whether a plan has room there. */
final class TargetLook {
    private static final int NAMED = 5;

    private TargetLook() {}

    /**
     * Checks that Ferryman can work there.
     *
     * @throws BadInputException as {@link PostgresTarget#check(String)}
     */
    static TargetFacts facts(PostgresTarget target, String schema) {
        target.check(schema);
        try (Connection connection = target.connect()) {
            return new TargetFacts(target.display(), connection.getMetaData().getDatabaseProductVersion(),
                    single(connection, "SELECT current_user"), target.database(), schema,
                    (int) TargetSchema.read(connection, schema).tables().stream()
                            .filter(table -> table.schema().equals(schema)).count());
        } catch (SQLException e) {
            throw unreadable(target, e);
        }
    }

    /** What is in a schema, and the tables of others that a person has chosen. */
    static TargetSchema schema(PostgresTarget target, String schema, PlanChoices choices) {
        try (Connection connection = target.connect()) {
            return TargetSchema.read(connection, schema, choices);
        } catch (SQLException e) {
            throw unreadable(target, e);
        }
    }

    /**
     * The same text for every address of the same database. Asked of the server where it tells, since a server has many
     * addresses.
     */
    static String identity(PostgresTarget target) {
        try (Connection connection = target.connect()) {
            return single(connection,
                    "SELECT system_identifier || '/' || current_database() FROM pg_control_system()");
        } catch (SQLException e) {
            return target.identity();
        }
    }

    /**
     * Makes sure that what the plan creates or fills is not there or is empty.
     *
     * @throws BadInputException where it is not
     */
    static void requireRoom(PostgresTarget target, String schema, Plan plan) {
        Set<String> wanted = plan.tables().stream().filter(table -> table.targetSchema().equals(schema))
                .map(table -> table.target()).collect(Collectors.toSet());
        List<TargetSchema.TargetTable> there = schema(target, schema, PlanChoices.none()).tables().stream()
                .filter(table -> table.schema().equals(schema) && wanted.contains(table.name())).toList();
        if (plan.mode() == SchemaMode.CREATE && !there.isEmpty()) {
            throw new BadInputException(
                    "The target is not empty: schema " + schema + " already has " + named(there) + ".",
                    "Use an empty database or schema, or the mode for an existing schema.");
        }
        List<TargetSchema.TargetTable> filled = there.stream().filter(table -> !table.empty()).toList();
        if (!filled.isEmpty()) {
            throw new BadInputException(
                    "The target is not empty: in schema " + schema + " there are rows in " + named(filled) + ".",
                    "Empty these tables first, or use another database.");
        }
    }

    private static String named(List<TargetSchema.TargetTable> tables) {
        String names = String.join(", ", tables.stream().limit(NAMED).map(TargetSchema.TargetTable::name).toList());
        return tables.size() > NAMED ? names + " and " + (tables.size() - NAMED) + " more tables" : names;
    }

    private static String single(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        }
    }

    private static BadInputException unreadable(PostgresTarget target, SQLException e) {
        return new BadInputException("The target " + target.display() + " cannot be read: " + e.getMessage() + ".",
                "Check the server, then try again.", e);
    }
}

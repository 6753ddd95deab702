package dev.ferryman.schema;

import dev.ferryman.testing.TestPostgres;
import java.sql.SQLException;

/** Runs a plan's statements, without any rows, in the order in which a copy runs them. */
final class PlanExecution {
    private PlanExecution() {}

    static void createAll(Plan plan, TestPostgres.Database database) {
        try (var connection = database.connect(); var statement = connection.createStatement()) {
            for (var sql : plan.preamble()) {
                statement.execute(sql);
            }
            for (var table : plan.tables()) {
                if (table.createSql() != null) {
                    statement.execute(table.createSql());
                }
            }
            for (var kind : AfterLoad.Kind.values()) {
                for (var table : plan.tables()) {
                    for (var after : table.afterLoad()) {
                        if (after.kind() == kind) {
                            run(statement, after);
                        }
                    }
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void run(java.sql.Statement statement, AfterLoad after) {
        try {
            statement.execute(after.sql());
        } catch (SQLException e) {
            throw new IllegalStateException(after.sql() + ": " + e.getMessage(), e);
        }
    }
}

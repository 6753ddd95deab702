package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.TargetSchema;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Makes the plan that a command is about. */
final class Planning {
    private Planning() {}

    /**
     * Reads the source, every value of it, and plans.
     *
     * @param target needed where the schema exists
     * @param filled whether the target's tables may hold rows already, because it is about to be verified
     */
    static Plan plan(SqliteSource source, SchemaMode mode, String schema, @Nullable PostgresTarget target,
            boolean filled, ProfileListener listener)
            throws SQLException, InterruptedException {
        SourceSchema read;
        try (Connection connection = source.connect()) {
            read = SourceSchema.read(connection);
        }
        PlanOptions options = switch (mode) {
            case CREATE -> PlanOptions.createIn(schema);
            case EXISTING -> PlanOptions.existing(existing(target, schema, filled));
        };
        return Planner.plan(read, Profiler.profile(source, read, listener), options);
    }

    private static TargetSchema existing(@Nullable PostgresTarget target, String schema, boolean filled)
            throws SQLException {
        if (target == null) {
            throw new BadInputException("An existing schema is planned for, and no target is given.",
                    "Name it: --target postgresql://user@host/database");
        }
        try (Connection connection = target.connect()) {
            TargetSchema found = TargetSchema.read(connection, schema);
            if (!filled) {
                return found;
            }
            return new TargetSchema(found.name(),
                    found.tables().stream().map(table -> new TargetSchema.TargetTable(table.name(), true,
                            table.columns(), table.uniqueKeys(), table.parents())).toList());
        }
    }
}

package dev.ferryman.cli.internal;

import dev.ferryman.endpoint.BadInputException;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanChoices;
import dev.ferryman.schema.PlanFile;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.TargetSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
     * @param choices a plan file with a person's choices, null where there is none
     * @param filled whether the target's tables may hold rows already, because it is about to be verified
     */
    static Planned plan(SqliteSource source, SchemaMode mode, String schema, @Nullable PostgresTarget target,
            boolean filled, @Nullable Path choices, ProfileListener listener)
            throws SQLException, InterruptedException {
        SourceSchema read;
        try (Connection connection = source.connect()) {
            read = SourceSchema.read(connection);
        }
        // Before the long profile: a mistake in the file is told at once.
        PlanChoices chosen = choices == null
                ? PlanChoices.none()
                : PlanFile.read(text(choices), String.valueOf(choices.getFileName()), read);
        PlanOptions options = switch (mode) {
            case CREATE -> PlanOptions.createIn(schema);
            case EXISTING -> PlanOptions.existing(existing(target, schema, filled, chosen));
        };
        return new Planned(Planner.plan(read, Profiler.profile(source, read, options.choosing(chosen), listener),
                options.choosing(chosen)),
                chosen);
    }

    /** A plan and the choices that it follows. */
    record Planned(Plan plan, PlanChoices choices) {}

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new BadInputException("There is no plan file " + file + ".",
                    "Write one: ferryman inspect --source … --write-plan " + file, e);
        } catch (IOException e) {
            throw new BadInputException("The plan file " + file + " cannot be read: " + e.getMessage(),
                    "It must be a text file in UTF-8.", e);
        }
    }

    private static TargetSchema existing(@Nullable PostgresTarget target, String schema, boolean filled,
            PlanChoices choices) throws SQLException {
        if (target == null) {
            throw new BadInputException("An existing schema is planned for, and no target is given.",
                    "Name it: --target postgresql://user@host/database");
        }
        try (Connection connection = target.connect()) {
            TargetSchema found = TargetSchema.read(connection, schema, choices);
            return filled ? found.emptied() : found;
        }
    }
}

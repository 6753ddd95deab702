package dev.ferryman.schema;

import dev.ferryman.endpoint.SqliteSource;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A SQLite file built by a test, and what schema reader, profiler and planner make of it. */
final class SqliteFile {
    private final Path path;

    private SqliteFile(Path path) {
        this.path = path;
    }

    /** Runs statements, each given on its own, on a new file (or one that an earlier call made). */
    static SqliteFile create(Path directory, String... statements) {
        var file = new SqliteFile(directory.resolve("source.db"));
        file.execute(statements);
        return file;
    }

    static SqliteFile of(Path path) {
        return new SqliteFile(path);
    }

    void execute(String... statements) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + path);
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Path path() {
        return path;
    }

    SqliteSource source() {
        return SqliteSource.snapshot(path);
    }

    SourceSchema schema() {
        try (var connection = source().connect()) {
            return SourceSchema.read(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Profile profile() {
        return profile(source());
    }

    Profile liveProfile() {
        return profile(SqliteSource.live(path));
    }

    private Profile profile(SqliteSource source) {
        try {
            return Profiler.profile(source, schema(), ProfileListener.silent());
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Plan plan() {
        return plan(PlanOptions.create());
    }

    Plan plan(PlanOptions options) {
        try {
            return Planner.plan(schema(),
                    Profiler.profile(source(), schema(), options, ProfileListener.silent()), options);
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

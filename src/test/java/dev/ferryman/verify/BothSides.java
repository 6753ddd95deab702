package dev.ferryman.verify;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SchemaMode;
import dev.ferryman.schema.SequencePlan;
import dev.ferryman.schema.TablePlan;
import dev.ferryman.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A SQLite file and a PostgreSQL database, filled by plain SQL. */
final class BothSides implements AutoCloseable {
    private final Path directory;
    private final Path file;
    private final TestPostgres.Database database;
    private final List<TablePlan> tables = new ArrayList<>();
    private final List<SequencePlan> sequences = new ArrayList<>();
    private VerifyOptions options = new VerifyOptions(2, 100);

    BothSides(TestPostgres server) {
        try {
            directory = Files.createTempDirectory("verify");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        file = directory.resolve("source.sqlite");
        database = server.freshDatabase();
    }

    static BothSides onNewest() {
        return new BothSides(TestPostgres.newest());
    }

    BothSides sqlite(String... statements) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    BothSides postgres(String statements) {
        database.execute(statements);
        return this;
    }

    /** The same statements on both sides. */
    BothSides both(String... statements) {
        return sqlite(statements).postgres(String.join(";", statements));
    }

    BothSides plan(PlannedTable table) {
        tables.add(table.plan());
        return this;
    }

    BothSides sequence(SequencePlan sequence) {
        sequences.add(sequence);
        return this;
    }

    BothSides options(VerifyOptions chosen) {
        options = chosen;
        return this;
    }

    VerificationResult verify() {
        return verify(VerifyListener.SILENT);
    }

    VerificationResult verify(VerifyListener listener) {
        try {
            return Verification.run(source(), target(), plan(), options, listener);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    SqliteSource source() {
        return SqliteSource.snapshot(file);
    }

    /** The file while somebody may write to it. */
    SqliteSource live() {
        return SqliteSource.live(file);
    }

    PostgresTarget target() {
        return PostgresTarget.parse(database.url(), null);
    }

    TestPostgres.Database database() {
        return database;
    }

    Plan plan() {
        return new Plan(1, SchemaMode.CREATE, List.of(), tables, sequences, List.of());
    }

    @Override
    public void close() {
        database.close();
        try (var files = Files.list(directory)) {
            for (Path path : files.toList()) {
                Files.delete(path);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.ferryman.copy;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A SQLite file made of statements, and a fresh database to copy it into. */
final class CopyFixture implements AutoCloseable {
    private final Path directory;
    final TestPostgres.Database database;
    final PostgresTarget target;

    CopyFixture(Path directory) {
        this(directory, TestPostgres.newest());
    }

    CopyFixture(Path directory, TestPostgres server) {
        this.directory = directory;
        this.database = server.freshDatabase();
        this.target = PostgresTarget.parse(database.url(), null);
    }

    /** Makes a source and takes a snapshot of it. */
    SnapshotFile snapshot(String... statements) throws Exception {
        Path file = directory.resolve("source-" + System.nanoTime() + ".db");
        sqlite(file, statements);
        return Snapshot.take(SqliteSource.live(file), directory.resolve("snapshots"), SnapshotListener.SILENT);
    }

    static void sqlite(Path file, String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    CopyJob job(SnapshotFile snapshot, Plan plan) {
        return job(snapshot, plan, new JobOwner.Alone("test"), CopyListener.SILENT);
    }

    CopyJob job(SnapshotFile snapshot, Plan plan, JobOwner owner, CopyListener listener) {
        return new CopyJob(SqliteSource.snapshot(snapshot.path()), snapshot.sha256(), target, plan,
                new CopyOptions(owner, 2), listener);
    }

    /** Copies everything in one go. */
    CopyResult copy(SnapshotFile snapshot, Plan plan) throws InterruptedException {
        CopyJob job = job(snapshot, plan);
        job.prepare();
        CopyResult result = job.backfill();
        job.finish();
        return result;
    }

    @Override
    public void close() {
        database.close();
    }
}

package dev.ferryman.replication;

import dev.ferryman.copy.CopyJob;
import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.CopyOptions;
import dev.ferryman.copy.JobOwner;
import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.testing.TestPostgres;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.Verification;
import dev.ferryman.verify.VerifyListener;
import dev.ferryman.verify.VerifyOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A live file that was captured, and a target that was copied from its snapshot by the product itself. */
final class Replica implements AutoCloseable {
    final LiveFile file;
    final Plan plan;
    final TestPostgres.Database database;
    final PostgresTarget target;
    final SqliteSource snapshot;
    final Path directory;

    private Replica(LiveFile file, Plan plan, TestPostgres.Database database, PostgresTarget target,
            SqliteSource snapshot,
            Path directory) {
        this.file = file;
        this.plan = plan;
        this.database = database;
        this.target = target;
        this.snapshot = snapshot;
        this.directory = directory;
    }

    static Replica of(LiveFile file, Path directory) throws InterruptedException {
        return of(file, file.plan(), TestPostgres.newest().freshDatabase(), directory);
    }

    static Replica of(LiveFile file, Plan plan, TestPostgres.Database database, Path directory)
            throws InterruptedException {
        return of(file, plan, database, PostgresTarget.parse(database.url(), null), directory);
    }

    static Replica of(LiveFile file, Plan plan, TestPostgres.Database database, PostgresTarget target,
            Path directory) throws InterruptedException {
        file.capture().install(plan, LiveFile.LEASE);
        SnapshotFile taken = Snapshot.take(file.source(), directory.resolve("snapshots"), SnapshotListener.SILENT);
        var replica = new Replica(file, plan, database, target, SqliteSource.snapshot(taken.path()), directory);
        var job = new CopyJob(replica.snapshot, taken.sha256(), replica.target, plan,
                new CopyOptions(new JobOwner.Alone("test"), 2), CopyListener.SILENT);
        job.prepare();
        job.backfill();
        job.finish();
        return replica;
    }

    CatchUp catchUp() {
        return catchUp(new CatchUpOptions(1_000, 1, java.time.Duration.ofMillis(1), java.time.Duration.ZERO));
    }

    CatchUp catchUp(CatchUpOptions options) {
        return CatchUp.begin(file.source(), snapshot, target, plan, LiveFile.LEASE, options, Clock.systemUTC(),
                FaultPoint.NONE);
    }

    /** Applies everything that is pending. */
    void catchUpNow() {
        try (CatchUp catchUp = catchUp()) {
            Progress progress;
            do {
                progress = catchUp.step();
            } while (progress.changes() > 0 || !progress.complete());
        }
    }

    /** Differences between the file as it is now and the target, found by the product's own verification. */
    List<Difference> differences() throws InterruptedException {
        SnapshotFile now = Snapshot.take(file.source(), directory.resolve("now"), SnapshotListener.SILENT);
        var result = Verification.run(SqliteSource.snapshot(now.path()), target, plan, VerifyOptions.withJobs(1),
                VerifyListener.SILENT);
        if (result.error() != null) {
            throw new IllegalStateException(result.error());
        }
        return result.differences();
    }

    @Override
    public void close() throws Exception {
        database.close();
        file.close();
    }
}

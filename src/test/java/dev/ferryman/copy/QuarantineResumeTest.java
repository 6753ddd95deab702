package dev.ferryman.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanFile;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quarantined rows commit with the chunk they are missing from: once, whatever was stopped in between. */
class QuarantineResumeTest {
    private static final int ROWS = 3000;

    @TempDir
    Path directory;
    private CopyFixture fixture;

    @BeforeEach
    void fresh() {
        fixture = new CopyFixture(directory);
    }

    @AfterEach
    void drop() {
        fixture.close();
    }

    @Test
    void a_stopped_copy_goes_on_and_no_row_is_in_quarantine_twice() throws Exception {
        // Every tenth n is a text; children of those go with them. Keys are cut into several chunks on both tables.
        var snapshot = fixture.snapshot(
                "CREATE TABLE p (k TEXT, n INTEGER, v TEXT, bad INTEGER, PRIMARY KEY (k, n)) WITHOUT ROWID",
                "CREATE TABLE c (v TEXT, k TEXT, n INTEGER, FOREIGN KEY (k, n) REFERENCES p (k, n))",
                "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < " + ROWS
                        + ") INSERT INTO p SELECT char(380 + i % 7) || '''' || i, i, printf('%020000d', i),"
                        + " iif(i % 10 = 0, 'x', i) FROM s",
                "INSERT INTO c SELECT v, k, n FROM p");
        Plan plan = plan(snapshot, "version: 1\ntables: {p: {columns: {bad: {values: quarantine}}}}");
        CopyJob first = fixture.job(snapshot, plan);
        first.prepare();
        assertThatThrownBy(() -> {
            Thread caller = Thread.currentThread();
            var interrupted = new AtomicBoolean();
            fixture.job(snapshot, plan, new JobOwner.Alone("test"), new CopyListener() {
                @Override
                public void copied(String table, long rows, long bytes) {
                    if (rows > 0 && interrupted.compareAndSet(false, true)) {
                        caller.interrupt();
                    }
                }
            }).backfill();
        }).isInstanceOf(InterruptedException.class);
        assertThat(scalar("SELECT count(*) FILTER (WHERE rows IS NULL) > 0 FROM ferryman.chunk")).isEqualTo("t");
        assertThat(scalar("SELECT (SELECT sum(quarantined) FROM ferryman.chunk) = (SELECT count(*) FROM"
                + " ferryman.quarantine)")).isEqualTo("t");

        CopyJob second = fixture.job(snapshot, plan);
        CopyResult result = second.backfill();
        second.finish();
        assertThat(result.tables()).extracting(CopyResult.Table::table, CopyResult.Table::rows,
                CopyResult.Table::quarantined).containsExactly(org.assertj.core.groups.Tuple.tuple("p", 2700L, 300L),
                        org.assertj.core.groups.Tuple.tuple("c", 2700L, 300L));
        assertThat(
                scalar("SELECT count(*) || ' ' || count(DISTINCT (source_table, source_row)) || ' ' || count(*) FILTER"
                        + " (WHERE rule = 'orphans') FROM ferryman.quarantine"))
                .isEqualTo("600 600 300");
        assertThat(scalar("SELECT count(*) FROM p JOIN ferryman.quarantine q ON q.source_table = 'p'"
                + " AND q.source_row #>> '{n,integer}' = p.n::text")).isEqualTo("0");
        assertThat(scalar("SELECT count(*) FROM pg_constraint WHERE conrelid = 'c'::regclass AND contype = 'f'"
                + " AND convalidated")).isEqualTo("1");
    }

    @Test
    void more_rows_than_exceptions_can_be_are_refused_before_the_copy() throws Exception {
        var snapshot = fixture.snapshot("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)",
                "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 1000002)"
                        + " INSERT INTO t SELECT i, iif(i = 1, 1, 'x') FROM s");
        Plan plan = plan(snapshot, "version: 1\ntables: {t: {columns: {n: {values: quarantine}}}}");
        CopyJob job = fixture.job(snapshot, plan);
        job.prepare();
        assertThatThrownBy(job::backfill).isInstanceOf(CopyFailedException.class)
                .hasMessageContaining("More than 1000000 rows would go to quarantine, those of table t among them");
        assertThat(scalar("SELECT count(*) FROM t")).isEqualTo("0");
    }

    private String scalar(String sql) {
        return String.valueOf(fixture.database.scalar(sql));
    }

    private static Plan plan(SnapshotFile snapshot, String choices) throws Exception {
        SqliteSource source = SqliteSource.snapshot(snapshot.path());
        SourceSchema schema;
        try (var connection = source.connect()) {
            schema = SourceSchema.read(connection);
        }
        return Planner.plan(schema, Profiler.profile(source, schema, ProfileListener.silent()),
                PlanOptions.create().choosing(PlanFile.read(choices, "plan.yaml", schema)));
    }
}

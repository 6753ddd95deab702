package dev.ferryman.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.copy.CopyJob;
import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.CopyOptions;
import dev.ferryman.copy.JobOwner;
import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanJson;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.testing.TestPostgres;
import dev.ferryman.verify.Verification;
import dev.ferryman.verify.VerificationResult;
import dev.ferryman.verify.VerifyListener;
import dev.ferryman.verify.VerifyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a plan allows, a copy does and a verification finds equal, whatever the source is. More tries:
 * {@code -Djqwik.tries.default=2000}; a failure prints its seed and the smallest source found.
 */
class AnySourceTest {
    private static final AtomicInteger TRIES = new AtomicInteger();
    private Path directory = Path.of("");
    private TestPostgres.@Nullable Database database;

    @Provide
    Arbitrary<AnySource> sources() {
        return AnySource.any();
    }

    @BeforeProperty
    void open() throws Exception {
        directory = Files.createTempDirectory("any-source");
        database = TestPostgres.newest().freshDatabase();
    }

    @AfterProperty
    void close() throws Exception {
        database().close();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private TestPostgres.Database database() {
        return Objects.requireNonNull(database);
    }

    @Property(shrinking = ShrinkingMode.BOUNDED)
    void a_copy_into_a_created_schema_is_equal(@ForAll("sources") AnySource any) throws Exception {
        var file = directory.resolve("source.db");
        any.write(file);
        var snapshot = Snapshot.take(SqliteSource.live(file), directory, SnapshotListener.SILENT);
        var source = SqliteSource.snapshot(snapshot.path());
        var schema = "any_" + TRIES.incrementAndGet();
        try {
            var target = PostgresTarget.parse(database().url(), null);
            Plan plan = plan(source, schema);
            assertThat(PlanJson.write(plan(source, schema))).isEqualTo(PlanJson.write(plan));
            assertThat(plan.possible()).as("%s", plan.findings()).isTrue();
            var job = new CopyJob(source, snapshot.sha256(), target, plan,
                    new CopyOptions(new JobOwner.Alone("any"), 2), CopyListener.SILENT);
            job.prepare();
            job.backfill();
            job.finish();
            VerificationResult result = Verification.run(source, target, plan, VerifyOptions.withJobs(2),
                    VerifyListener.SILENT);
            assertThat(result.passed()).as("%s", result).isTrue();
        } finally {
            database().execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE; DROP SCHEMA IF EXISTS ferryman CASCADE");
            Files.delete(snapshot.path());
        }
    }

    private static Plan plan(SqliteSource source, String target) throws Exception {
        try (var connection = source.connect()) {
            var schema = SourceSchema.read(connection);
            return Planner.plan(schema, Profiler.profile(source, schema, ProfileListener.silent()),
                    PlanOptions.createIn(target));
        }
    }
}

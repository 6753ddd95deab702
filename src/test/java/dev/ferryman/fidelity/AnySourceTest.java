package dev.ferryman.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.copy.CopyFailedException;
import dev.ferryman.copy.CopyJob;
import dev.ferryman.copy.CopyListener;
import dev.ferryman.copy.CopyOptions;
import dev.ferryman.copy.JobOwner;
import dev.ferryman.copy.Snapshot;
import dev.ferryman.copy.SnapshotFile;
import dev.ferryman.copy.SnapshotListener;
import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Finding;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanJson;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.TargetSchema;
import dev.ferryman.testing.TestPostgres;
import dev.ferryman.verify.Verification;
import dev.ferryman.verify.VerifyListener;
import dev.ferryman.verify.VerifyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
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
    /** Every build tries the same; more tries go on from there. */
    private static final String SEED = "20261121";
    private static final AtomicInteger TRIES = new AtomicInteger();
    private Path directory = Path.of("");
    private TestPostgres.@Nullable Database database;

    @Provide
    Arbitrary<AnySource> sources() {
        return AnySource.any();
    }

    @Provide
    Arbitrary<AnyTarget> targets() {
        return AnyTarget.any();
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
                Files.deleteIfExists(file);
            }
        }
    }

    private TestPostgres.Database database() {
        return Objects.requireNonNull(database);
    }

    @Property(seed = SEED, shrinking = ShrinkingMode.BOUNDED)
    void a_copy_into_a_created_schema_is_equal(@ForAll("sources") AnySource any) throws Exception {
        within(any, (snapshot, schema) -> {
            var source = SqliteSource.snapshot(snapshot.path());
            var plan = plan(source, PlanOptions.createIn(schema));
            assertThat(PlanJson.write(plan(source, PlanOptions.createIn(schema)))).isEqualTo(PlanJson.write(plan));
            assertThat(plan.possible()).as("%s", plan.findings()).isTrue();
            copyAndVerify(snapshot, plan);
        });
    }

    /** Types and constraints of the target are whatever they are; the recommended choices are taken. */
    @Property(seed = SEED, shrinking = ShrinkingMode.BOUNDED)
    void a_copy_into_an_existing_schema_is_equal_or_refused_beforehand(@ForAll("sources") AnySource any,
            @ForAll("targets") AnyTarget anyTarget) throws Exception {
        within(any, (snapshot, schema) -> {
            var source = SqliteSource.snapshot(snapshot.path());
            database().execute("CREATE SCHEMA " + schema);
            anyTarget.create(database(), schema, source);
            PlanOptions options;
            try (var connection = database().connect()) {
                options = PlanOptions.existing(TargetSchema.read(connection, schema));
            }
            var plan = plan(source, options);
            for (var round = 0; round < 3 && !plan.possible(); round++) {
                var choices = options.choices();
                for (var decision : plan.decisions()) {
                    choices = choices.with(decision, decision.recommended());
                }
                options = options.choosing(choices);
                plan = plan(source, options);
            }
            if (plan.possible()) {
                try {
                    copyAndVerify(snapshot, plan);
                } catch (CopyFailedException e) {
                    assertThat(plan.findings()).as(e.getMessage()).anyMatch(f -> f.code().equals("target-rule"));
                    assertThat(e).hasMessageContaining("check constraint");
                }
            } else {
                assertThat(plan.findings()).anyMatch(f -> f.severity() == Finding.Severity.BLOCKER);
            }
        });
    }

    private interface Try {
        void run(SnapshotFile snapshot, String schema) throws Exception;
    }

    private void within(AnySource any, Try attempt) throws Exception {
        var file = directory.resolve("source.db");
        Assume.that(any.write(file));
        var snapshot = Snapshot.take(SqliteSource.live(file), directory, SnapshotListener.SILENT);
        var schema = "any_" + TRIES.incrementAndGet();
        try {
            attempt.run(snapshot, schema);
        } finally {
            database().execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE; DROP SCHEMA IF EXISTS ferryman CASCADE");
            Files.delete(snapshot.path());
        }
    }

    private void copyAndVerify(SnapshotFile snapshot, Plan plan) throws Exception {
        var source = SqliteSource.snapshot(snapshot.path());
        var target = PostgresTarget.parse(database().url(), null);
        var job = new CopyJob(source, snapshot.sha256(), target, plan,
                new CopyOptions(new JobOwner.Alone("any"), 2), CopyListener.SILENT);
        job.prepare();
        job.backfill();
        job.finish();
        var result = Verification.run(source, target, plan, VerifyOptions.withJobs(2), VerifyListener.SILENT);
        assertThat(result.passed()).as("%s", result).isTrue();
    }

    private static Plan plan(SqliteSource source, PlanOptions options) throws Exception {
        try (var connection = source.connect()) {
            var schema = SourceSchema.read(connection);
            var profile = Profiler.profile(source, schema, options, ProfileListener.silent());
            return Planner.plan(schema, profile, options);
        }
    }
}

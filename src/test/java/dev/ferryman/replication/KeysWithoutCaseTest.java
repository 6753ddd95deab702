package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.schema.Plan;
import dev.ferryman.schema.PlanOptions;
import dev.ferryman.schema.Planner;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.Profiler;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.TargetSchema;
import dev.ferryman.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that SQLite compares under NOCASE, and PostgreSQL exactly (with an index on lower() beside it), as citext or under ICU. */
class KeysWithoutCaseTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"text", "citext", "text COLLATE insensitive"})
    void a_key_may_change_its_case_on_either_side(String type) throws Exception {
        LiveFile file = LiveFile.create(directory,
                "CREATE TABLE tag (name TEXT NOT NULL PRIMARY KEY COLLATE NOCASE, n INTEGER)",
                "INSERT INTO tag VALUES ('one', 1), ('two', 2), ('three', 3), ('four', 4)");
        TestPostgres.Database database = TestPostgres.newest().freshDatabase();
        database.execute("CREATE EXTENSION citext; CREATE COLLATION insensitive (provider = icu,"
                + " locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE tag (name " + type
                + " NOT NULL PRIMARY KEY, n bigint); CREATE UNIQUE INDEX ON tag (lower(name))");
        try (Replica replica = Replica.of(file, plan(file, database), database, directory);
                var proof = new Verified(replica)) {
            var plan = replica.plan;
            file.run("UPDATE tag SET name = 'ONE' WHERE n = 1", "REPLACE INTO tag VALUES ('TWO', 20)");
            replica.catchUpNow();
            assertThat(replica.differences()).isEmpty();
            new ReverseCapture(file.source(), replica.target, plan, LiveFile.LEASE).prepare(replica.snapshot);
            try (CatchUp catchUp = replica.catchUp()) {
                assertThat(new Freeze(file.source(), replica.target, plan, LiveFile.LEASE, Clock.systemUTC(),
                        FaultPoint.NONE).switchOver(catchUp, FreezeOptions.defaults(), proof))
                        .isInstanceOf(FreezeOutcome.Switched.class);
            }
            replica.database.execute("UPDATE tag SET name = 'THREE' WHERE n = 3; DELETE FROM tag WHERE n = 4;"
                    + " INSERT INTO tag VALUES ('Four', 40); UPDATE tag SET name = 'two' WHERE n = 20;"
                    + " UPDATE tag SET name = 'TWO' WHERE n = 20; UPDATE tag SET name = 'x' WHERE n = 1;"
                    + " UPDATE tag SET name = 'One' WHERE n = 1");
            try (ReverseSync reverse = ReverseSync.open(file.source(), replica.target, plan, LiveFile.LEASE,
                    CatchUpOptions.defaults(), Clock.systemUTC(), FaultPoint.NONE)) {
                while (!reverse.step().complete()) {
                    // Batch by batch.
                }
                assertThat(file.query("SELECT name || n FROM tag ORDER BY n")).containsExactly("One1", "THREE3",
                        "TWO20", "Four40");
                assertThat(new SwitchBack(file.source(), replica.target, plan, LiveFile.LEASE, Clock.systemUTC(),
                        FaultPoint.NONE).switchBack(reverse, FreezeOptions.defaults(), proof))
                        .isInstanceOf(FreezeOutcome.Switched.class);
            }
            assertThat(replica.differences()).isEmpty();
        }
    }

    private static Plan plan(LiveFile file, TestPostgres.Database database) throws Exception {
        try (var connection = database.connect()) {
            var options = PlanOptions.existing(TargetSchema.read(connection, "public"));
            var schema = SourceSchema.read(file.application);
            return Planner.plan(schema, Profiler.profile(file.source(), schema, options, ProfileListener.silent()),
                    options);
        }
    }
}

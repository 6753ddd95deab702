package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferryman.schema.ColumnPlan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.schema.TablePlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Real files of real applications, kept beside the project, moved there and back while they are written to. */
class LiveCorpusTest {
    private static final Path CORPUS = Path.of("..", "shared", "corpus");
    private static final FreezeOptions PATIENT = new FreezeOptions(Duration.ofMinutes(2), Duration.ofMinutes(1),
            1_000_000, Duration.ofMinutes(5));

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> every_file_follows_goes_over_comes_back_and_is_as_it_would_have_been() throws Exception {
        assumeTrue(Files.isDirectory(CORPUS), "no corpus at " + CORPUS.toAbsolutePath().normalize());
        try (var files = Files.list(CORPUS)) {
            return files.filter(file -> file.toString().matches(".*\\.(db|sqlite)")).sorted().toList().stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> thereAndBack(file)));
        }
    }

    private void thereAndBack(Path original) throws Exception {
        Path copy = Files.copy(original, directory.resolve(original.getFileName()));
        assertThat(copy.toFile().setWritable(true)).isTrue();
        LiveFile file = LiveFile.of(copy);
        List<String> schema = file.schema();
        try (Replica replica = Replica.of(file,
                Files.createDirectories(directory.resolve("of-" + copy.getFileName())))) {
            int written = 0;
            for (TablePlan table : replica.plan.tables()) {
                written += writeToSource(file, table);
            }
            assertThat(written).as("statements that changed something").isPositive();
            replica.catchUpNow();
            assertThat(replica.differences()).as("there").isEmpty();

            new ReverseCapture(file.source(), replica.target, replica.plan, LiveFile.LEASE).prepare(replica.snapshot);
            try (CatchUp catchUp = replica.catchUp(); var proof = new Verified(replica)) {
                assertThat(new Freeze(file.source(), replica.target, replica.plan, LiveFile.LEASE,
                        Clock.systemUTC(), FaultPoint.NONE).switchOver(catchUp, PATIENT, proof))
                        .isInstanceOf(FreezeOutcome.Switched.class);
            }
            int back = 0;
            try (Connection target = replica.database.connect()) {
                for (TablePlan table : replica.plan.tables()) {
                    back += writeToTarget(target, table);
                }
            }
            assertThat(back).as("statements that changed something").isPositive();
            var switchBack = new SwitchBack(file.source(), replica.target, replica.plan, LiveFile.LEASE,
                    Clock.systemUTC(), FaultPoint.NONE);
            try (ReverseSync reverse = ReverseSync.open(file.source(), replica.target, replica.plan, LiveFile.LEASE,
                    CatchUpOptions.defaults(), Clock.systemUTC(), FaultPoint.NONE);
                    var proof = new Verified(replica)) {
                assertThat(switchBack.switchBack(reverse, PATIENT, proof)).isInstanceOf(FreezeOutcome.Switched.class);
            }
            assertThat(replica.differences()).as("and back").isEmpty();
            assertThat(file.scalar("PRAGMA integrity_check")).isEqualTo("ok");
            file.capture().remove();
            assertThat(file.schema()).isEqualTo(schema);
        }
    }

    /** Whatever of it the table's constraints allow. */
    private static int writeToSource(LiveFile file, TablePlan table) {
        String name = SqlNames.quoteSqlite(table.source());
        int done = 0;
        for (ColumnPlan column : table.columns()) {
            String quoted = SqlNames.quoteSqlite(column.source());
            done += attempt(file, "UPDATE " + name + " SET " + quoted + " = substr(" + quoted + ", 1, length(" + quoted
                    + ") - 1) || 'q' WHERE typeof(" + quoted + ") = 'text' AND rowid % 7 = 3 AND " + quoted
                    + " GLOB '[A-Za-z]*[a-z] [a-z]*'");
            if (!table.key().columns().contains(column.source())) {
                done += attempt(file, "UPDATE " + name + " SET " + quoted + " = NULL WHERE rowid % 11 = 5");
            }
        }
        done += attempt(file, "INSERT OR REPLACE INTO " + name + " SELECT * FROM " + name + " LIMIT 20");
        done += attempt(file, "DELETE FROM " + name + " WHERE rowid % 13 = 4");
        return done;
    }

    private static int attempt(LiveFile file, String sql) {
        long before = Long.parseLong(file.scalar("SELECT total_changes()"));
        return file.attempt(sql) && Long.parseLong(file.scalar("SELECT total_changes()")) > before ? 1 : 0;
    }

    private static int writeToTarget(Connection target, TablePlan table) {
        String name = SqlNames.quote(table.targetSchema(), table.target());
        int done = 0;
        for (ColumnPlan column : table.columns()) {
            String quoted = SqlNames.quote(column.target());
            done += attempt(target, "UPDATE " + name + " SET " + quoted + " = " + quoted
                    + " || '' WHERE ctid::text ~ '[27]'");
            done += attempt(target, "UPDATE " + name + " SET " + quoted + " = left(" + quoted + ", -1) || 'z' WHERE "
                    + quoted + " ~ '^[A-Za-z]+ [a-z]+$' AND ctid::text ~ '[27]'");
            done += attempt(target, "UPDATE " + name + " SET " + quoted + " = NULL WHERE ctid::text ~ '5'");
        }
        done += attempt(target, "DELETE FROM " + name + " WHERE ctid::text ~ '13'");
        return done;
    }

    private static int attempt(Connection target, String sql) {
        try (var statement = target.createStatement()) {
            return statement.executeUpdate(sql) > 0 ? 1 : 0;
        } catch (SQLException e) {
            return 0;
        }
    }
}

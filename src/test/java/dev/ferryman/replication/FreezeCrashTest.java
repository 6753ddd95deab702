package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferryman.schema.PlanJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The process is killed with {@code kill -9} at every named moment while two writer processes go on; the next process
 * finishes. Every acknowledged write is in PostgreSQL, none twice, none invented.
 */
class FreezeCrashTest {
    private static final int SIGKILL = 128 + 9;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "killed at {0} in {1}")
    @CsvSource({"apply-staged, wal", "apply-before-commit, delete", "apply-after-commit, wal",
            "freeze-locked, delete", "freeze-locked, wal", "under lock: apply-before-commit, wal",
            "under lock: apply-after-commit, delete",
            "freeze-drained, wal",
            "freeze-proved, delete", "freeze-before-commit, wal", "freeze-before-commit, delete",
            "freeze-committed, wal", "freeze-committed, delete", "freeze-opened, wal"})
    void nothing_is_lost_and_nothing_comes_twice(String moment, String journal) throws Exception {
        LiveFile file = LiveFile.inMode(journal, directory, HotWriters.TABLE, "PRAGMA busy_timeout = 60000");
        try (HotWriters writers = HotWriters.start(directory, file.path, 2)) {
            writers.awaitMore(40);
            try (Replica replica = Replica.of(file, directory)) {
                writers.awaitMore(40);
                boolean beyond = moment.equals("freeze-committed") || moment.equals("freeze-opened");
                assertThat(run(replica, 1, moment)).as(log(1)).isEqualTo(SIGKILL);
                if (!beyond) {
                    writers.awaitMore(40);
                }
                assertThat(run(replica, 2, "never")).as(log(2)).isZero();
                TreeSet<String> acknowledged = writers.fenced();
                assertThat(FreezeUnderLoadTest.inTarget(replica)).isEqualTo(acknowledged);
                assertThat(new TreeSet<>(file.query("SELECT id || '|' || email || '|' || balance FROM account")))
                        .isEqualTo(acknowledged);
                replica.database.execute("UPDATE account SET balance = 0");
            }
        }
    }

    private String log(int generation) throws java.io.IOException {
        Path log = directory.resolve("replication-" + generation + ".log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private int run(Replica replica, int generation, String moment) throws Exception {
        Path plan = directory.resolve("plan.json");
        Files.writeString(plan, PlanJson.write(replica.plan));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), CrashingReplication.class.getName(),
                replica.file.path.toString(), replica.snapshot.path().toString(), replica.database.url(),
                plan.toString(), String.valueOf(generation), moment));
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve("replication-" + generation + ".log").toFile()).start().waitFor();
    }
}

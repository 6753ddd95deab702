package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Four writer processes that never pause, in both journal modes: no late write, no lost write. */
class FreezeUnderLoadTest {
    /** As long as a machine that is busy with other tests may need. */
    private static final FreezeOptions PATIENT = new FreezeOptions(Duration.ofSeconds(60), Duration.ofSeconds(60),
            1_000_000, Duration.ofMinutes(5));

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"wal", "delete"})
    void four_hot_writers_lose_nothing_and_write_nothing_late(String journal) throws Exception {
        LiveFile file = LiveFile.inMode(journal, directory, HotWriters.TABLE, "PRAGMA busy_timeout = 60000");
        try (HotWriters writers = HotWriters.start(directory, file.path, 4)) {
            writers.awaitMore(150);
            try (Replica replica = Replica.of(file, directory)) {
                FreezeOutcome outcome;
                try (CatchUp catchUp = replica.catchUp(CatchUpOptions.defaults());
                        var proof = new Verified(replica)) {
                    new ReverseCapture(file.source(), replica.target, replica.plan, LiveFile.LEASE)
                            .prepare(replica.snapshot);
                    writers.awaitMore(150);
                    catchUp.step();
                    writers.awaitMore(80);
                    outcome = new Freeze(file.source(), replica.target, replica.plan, LiveFile.LEASE,
                            Clock.systemUTC(), FaultPoint.NONE)
                            .switchOver(catchUp, PATIENT, proof);
                    assertThat(proof.compared()).isPositive();
                }
                assertThat(outcome).isInstanceOf(FreezeOutcome.Switched.class);
                Set<String> acknowledged = writers.fenced();
                assertThat(acknowledged).isNotEmpty();
                assertThat(new TreeSet<>(file.query("SELECT id || '|' || email || '|' || balance FROM account")))
                        .isEqualTo(acknowledged);
                assertThat(inTarget(replica)).isEqualTo(acknowledged);
                assertThat(replica.differences()).isEmpty();
            }
        }
    }

    static Set<String> inTarget(Replica replica) {
        String all = replica.database.scalar(
                "SELECT string_agg(id || '|' || email || '|' || balance, E'\\n') FROM account");
        return new TreeSet<>(String.valueOf(all).lines().toList());
    }
}

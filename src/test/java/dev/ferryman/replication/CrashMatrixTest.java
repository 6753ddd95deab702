package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Whatever goes wrong while a file is moved under applications that go on writing, nothing acknowledged is lost. More runs:
 * {@code ./mvnw test -Dtest=CrashMatrixTest -Dcrash-matrix.runs=200 -Dcrash-matrix.first=1}.
 */
class CrashMatrixTest {
    private static final long FIRST = Long.getLong("crash-matrix.first", 1);
    private static final List<CrashMatrix.Outcome> OUTCOMES = new ArrayList<>();

    static final List<Long> SEEDS = LongStream.range(FIRST, FIRST + Long.getLong("crash-matrix.runs", 40)).boxed()
            .toList();

    @TempDir
    static Path directory;

    @ParameterizedTest(name = "run {0}")
    @FieldSource("SEEDS")
    void nothing_acknowledged_is_lost_and_nothing_comes_twice(long seed) throws Exception {
        CrashMatrix.Outcome outcome = new CrashMatrix(directory).run(seed);
        OUTCOMES.add(outcome);
        assertThat(outcome.lost()).as(outcome.what()).isEmpty();
        assertThat(outcome.invented()).as(outcome.what()).isEmpty();
    }

    @AfterAll
    static void tell() {
        for (CrashMatrix.Outcome outcome : OUTCOMES) {
            System.out.printf("%d: %s, %d rows, longest gap %.2f s%n", outcome.seed(), outcome.what(), outcome.rows(),
                    outcome.gap());
        }
        System.out.printf("%d runs, %d lost, %d duplicated; longest gap between acknowledged writes %.2f s%n",
                OUTCOMES.size(), OUTCOMES.stream().mapToInt(outcome -> outcome.lost().size()).sum(),
                OUTCOMES.stream().mapToInt(outcome -> outcome.invented().size()).sum(),
                OUTCOMES.stream().mapToDouble(CrashMatrix.Outcome::gap).max().orElse(0));
    }
}

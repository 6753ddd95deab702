package dev.ferryman.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.opentest4j.TestAbortedException;

/**
 * Whatever goes wrong while a file is moved under applications that go on writing, nothing acknowledged is lost. More runs:
 * {@code ./mvnw test -Dtest=CrashMatrixTest -Dcrash-matrix.runs=200 -Dcrash-matrix.first=1}.
 */
class CrashMatrixTest {
    private static final long FIRST = Long.getLong("crash-matrix.first", 1);
    private static final List<CrashMatrix.Outcome> OUTCOMES = new ArrayList<>();
    private static final List<String> SKIPPED = new ArrayList<>();
    private static final List<Long> STUCK = new ArrayList<>();

    /** Each named moment once, and each trouble of another kind once there and once on the way back. */
    static final List<Long> SEEDS = LongStream.range(FIRST, FIRST + Long.getLong("crash-matrix.runs", 44)).boxed()
            .toList();

    @TempDir
    static Path directory;

    @ParameterizedTest(name = "run {0}")
    @FieldSource("SEEDS")
    void nothing_acknowledged_is_lost_and_nothing_comes_twice(long seed) throws Exception {
        STUCK.add(seed);
        CrashMatrix.Outcome outcome;
        try {
            outcome = new CrashMatrix(directory).run(seed);
        } catch (TestAbortedException skipped) {
            STUCK.remove(seed);
            SKIPPED.add(seed + ": " + skipped.getMessage());
            throw skipped;
        }
        STUCK.remove(seed);
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
        SKIPPED.forEach(skipped -> System.out.println(skipped + " (skipped)"));
        STUCK.forEach(seed -> System.out.println(seed + ": did not come to an end that could be counted"));
        System.out.printf("%d runs, %d lost, %d duplicated%s%s%n", OUTCOMES.size() + STUCK.size(),
                OUTCOMES.stream().mapToInt(outcome -> outcome.lost().size()).sum(),
                OUTCOMES.stream().mapToInt(outcome -> outcome.invented().size()).sum(),
                STUCK.isEmpty() ? "" : ", " + STUCK.size() + " failed otherwise",
                SKIPPED.isEmpty() ? "" : ", " + SKIPPED.size() + " skipped");
        OUTCOMES.stream().max(Comparator.comparingDouble(CrashMatrix.Outcome::gap)).ifPresent(longest -> System.out
                .printf("longest gap between two acknowledged writes of an application: %.2f s (run %d: %s)%n",
                        longest.gap(), longest.seed(), longest.what()));
    }
}

package dev.ferryman.verify;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of changed rows found.
 *
 * @param keys keys that were given, of tables that were compared by key
 * @param sourceRows rows of the source that were compared; fewer than keys where rows are gone
 * @param targetRows rows of the target that were compared
 * @param differences the first differences of every table, as many as {@link VerifyOptions#LISTED_PER_TABLE} each
 * @param differingRows rows that differ, listed or not
 * @param whole tables that were compared whole instead of by key
 * @param duration elapsed time
 * @param error why not everything was compared, one sentence; null where everything was
 */
public record ChangedRowsResult(long keys, long sourceRows, long targetRows, List<Difference> differences,
        long differingRows, List<Whole> whole, Duration duration, @Nullable String error) {
    public ChangedRowsResult {
        differences = List.copyOf(differences);
        whole = List.copyOf(whole);
    }

    /**
     * A table that was compared whole. While the application goes on writing, rows may differ for that reason alone.
     *
     * @param table source table
     * @param why half a sentence: why its rows cannot be found by key
     */
    public record Whole(String table, String why) {}

    /** The answer where time was over. */
    public static ChangedRowsResult notInTime(Duration limit, Duration duration) {
        return new ChangedRowsResult(0, 0, 0, List.of(), 0, List.of(), duration,
                "The changed rows were not compared in time: " + limit.toMillis() + " ms were allowed.");
    }

    /** All of it in one word. */
    public Verdict verdict() {
        return differingRows > 0 ? Verdict.FAILED : error == null ? Verdict.PASSED : Verdict.ERROR;
    }

    /** Whether everything was compared and is equal. */
    public boolean passed() {
        return verdict() == Verdict.PASSED;
    }
}

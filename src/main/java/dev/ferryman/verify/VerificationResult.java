package dev.ferryman.verify;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param verdict all of it in one word
 * @param tables one entry per table, in the plan's order
 * @param differences the first differences of every table in the plan's order, each table's in key order where both
 *        sides sort alike; as many per table as {@link VerifyOptions#listedPerTable()} allows. A changed row has one
 *        entry per changed column
 * @param differingRows rows that differ in all tables, listed or not
 * @param structure what is not as planned apart from rows, and what is worth knowing
 * @param duration elapsed time
 * @param error why not everything could be compared, null where everything was
 */
public record VerificationResult(Verdict verdict, List<TableVerification> tables, List<Difference> differences,
        long differingRows, List<StructureFinding> structure, Duration duration, @Nullable String error) {
    public VerificationResult {
        tables = List.copyOf(tables);
        differences = List.copyOf(differences);
        structure = List.copyOf(structure);
    }

    /** Rows read from the snapshot, all tables. */
    public long sourceRows() {
        return tables.stream().mapToLong(TableVerification::sourceRows).sum();
    }

    /** Rows read from the target, all tables. */
    public long targetRows() {
        return tables.stream().mapToLong(TableVerification::targetRows).sum();
    }

    /** Rows of the snapshot that are whole in quarantine, all tables. */
    public long quarantinedRows() {
        return tables.stream().mapToLong(TableVerification::quarantined).sum();
    }

    /** Rows of the snapshot that an interrupted verification had compared before, all tables. */
    public long resumedRows() {
        return tables.stream().mapToLong(TableVerification::resumed).sum();
    }

    /** Whether everything was compared and is equal. */
    public boolean passed() {
        return verdict == Verdict.PASSED;
    }
}

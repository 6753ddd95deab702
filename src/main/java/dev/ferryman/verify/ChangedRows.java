package dev.ferryman.verify;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.verify.internal.LiveComparison;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Compares only the rows of some keys between a live file and the target, by value and through the verification's own
 * decoder ({@code DESIGN.md} § 2.5, 2.6, 2.8). Which of the two takes writes makes no difference. Reads only, what is
 * committed, so another connection may hold the source's write lock meanwhile.
 *
 * <p>Connections are made once and serve any number of comparisons. Belongs to one thread at a time.
 */
public final class ChangedRows implements AutoCloseable {
    private final LiveComparison comparison;

    private ChangedRows(LiveComparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Connects to both sides and looks at the target's columns.
     *
     * @param plan the plan the target was copied by
     * @throws SQLException if a side cannot be reached
     */
    public static ChangedRows open(SqliteSource live, PostgresTarget target, Plan plan) throws SQLException {
        return new ChangedRows(new LiveComparison(live, target, plan));
    }

    /**
     * Compares the rows of some keys. A key that neither side has is equal; one that only one side has is a difference.
     *
     * <p>A table's keys and its rows in the source are read in one transaction, which on a rollback-journal database keeps
     * the application's commits waiting; the target is seen as of one moment, no earlier than the call. While the
     * application goes on writing, the query of a {@link KeyQuery} can therefore leave out keys that have changed since.
     * A table whose rows cannot be found by key is compared whole, which the result tells.
     *
     * @param changed the keys of each table
     * @param limit time there is; when it is over the answer comes at once, and is never {@link Verdict#PASSED}
     * @throws IllegalArgumentException if the plan has no such table
     * @throws InterruptedException if the thread is interrupted
     */
    public ChangedRowsResult compare(List<KeyQuery> changed, Duration limit) throws InterruptedException {
        return comparison.compare(changed, limit);
    }

    /** Closes the connections. */
    @Override
    public void close() {
        comparison.close();
    }
}

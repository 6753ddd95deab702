package dev.ferryman.replication;

import dev.ferryman.endpoint.PostgresTarget;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Plan;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.verify.ChangedRows;
import dev.ferryman.verify.ChangedRowsResult;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.KeyQuery;
import dev.ferryman.verify.Verdict;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Proves changed keys with the product's own verification. */
final class Verified implements RowProof, AutoCloseable {
    private static final long AT_ONCE = 2_000;
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final ChangedRows rows;
    private long settledAt = System.nanoTime();
    private long compared;

    Verified(SqliteSource live, PostgresTarget target, Plan plan) throws SQLException {
        rows = ChangedRows.open(live, target, plan);
    }

    Verified(Replica replica) throws SQLException {
        this(replica.file.source(), replica.target, replica.plan);
    }

    @Override
    public List<String> differences(List<ChangedKeys> changed, Duration limit) throws InterruptedException {
        ChangedRowsResult found = rows.compare(changed.stream().map(Verified::query).toList(), limit);
        if (found.verdict() == Verdict.ERROR) {
            throw new ReplicationFailedException(String.valueOf(found.error()), "Try again.");
        }
        compared += found.sourceRows() + found.targetRows();
        return found.differences().stream().map(Verified::sentence).toList();
    }

    /**
     * Proves now and then what was applied, as far as it was not written again since, while the application writes.
     *
     * @return whether that was all there was to prove
     */
    boolean settled(CatchUp catchUp) throws InterruptedException {
        if (System.nanoTime() - settledAt < EVERY.toNanos()) {
            return false;
        }
        settledAt = System.nanoTime();
        Map<Integer, Long> upTo = new HashMap<>();
        List<KeyQuery> queries = new ArrayList<>();
        for (ChangedKeys keys : catchUp.unverified()) {
            if (!keys.key().isEmpty()) {
                long to = Math.min(keys.upTo(), keys.after() + AT_ONCE);
                upTo.put(keys.number(), to);
                queries.add(new KeyQuery(keys.table(), keys.key(),
                        recorded(keys, keys.after(), to) + " EXCEPT " + recorded(keys, to, Long.MAX_VALUE)));
            }
        }
        ChangedRowsResult found = rows.compare(queries, Duration.ofSeconds(10));
        if (found.differingRows() > 0) {
            throw new IllegalStateException(found.differences().toString());
        }
        if (found.passed() && found.whole().isEmpty()) {
            catchUp.verified(upTo);
        }
        return catchUp.unverified().isEmpty();
    }

    private static KeyQuery query(ChangedKeys changed) {
        return new KeyQuery(changed.table(), changed.key(), recorded(changed, changed.after(), changed.upTo()));
    }

    private static String recorded(ChangedKeys changed, long after, long upTo) {
        return "SELECT " + IntStream.rangeClosed(1, changed.key().size()).mapToObj(i -> "k" + i)
                .collect(Collectors.joining(", "))
                + " FROM " + SqlNames.quoteSqlite(changed.changeTable()) + " WHERE seq > " + after + " AND seq <= "
                + upTo;
    }

    private static String sentence(Difference difference) {
        return difference.table() + " " + difference.key() + " " + difference.column() + ": " + difference.kind() + ", "
                + difference.source() + " and " + difference.target();
    }

    /** Rows of either side that were compared so far. */
    long compared() {
        return compared;
    }

    @Override
    public void close() {
        rows.close();
    }
}

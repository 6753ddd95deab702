package dev.ferryman.cutover.internal;

import dev.ferryman.cutover.ReplicationView.Direction;
import dev.ferryman.replication.ChangedKeys;
import dev.ferryman.replication.ReplicationFailedException;
import dev.ferryman.replication.RowProof;
import dev.ferryman.schema.Counted;
import dev.ferryman.schema.SqlNames;
import dev.ferryman.verify.ChangedRows;
import dev.ferryman.verify.ChangedRowsResult;
import dev.ferryman.verify.Difference;
import dev.ferryman.verify.KeyQuery;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Proves replicated rows by the verification, which shares no code with replication ({@code DESIGN.md} § 2.4). */
final class RowComparison implements RowProof, AutoCloseable {
    private static final long AT_ONCE = 5_000;
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Sides sides;
    private final ChangedRows rows;
    private final Map<Integer, Long> proved = new HashMap<>();
    private final Set<String> onlyWhole = new HashSet<>();
    private Instant lookedAt = Instant.MIN;

    private RowComparison(Sides sides, ChangedRows rows) {
        this.sides = sides;
        this.rows = rows;
    }

    /** Connects to both sides, so that no time is lost for it later. */
    static RowComparison open(Sides sides) {
        try {
            return new RowComparison(sides, ChangedRows.open(sides.source(), sides.target(), sides.plan()));
        } catch (SQLException e) {
            throw new ReplicationFailedException("The comparison of changed rows could not connect: " + e.getMessage(),
                    "Nothing has changed on either side. Look after the side that failed.", e);
        }
    }

    @Override
    public List<String> differences(List<ChangedKeys> changed, Duration limit) throws InterruptedException {
        ChangedRowsResult found = rows.compare(changed.stream().map(keys -> query(keys, keys.upTo(), "")).toList(),
                limit);
        if (found.differingRows() == 0 && found.error() != null) {
            throw new ReplicationFailedException(found.error(),
                    "Let the comparison come nearer, or give the freeze a larger budget, then try again.");
        }
        return found.differences().stream().map(RowComparison::sentence).toList();
    }

    /**
     * Proves what has been brought over while the application goes on writing: rows whose keys were not recorded again
     * since. Does a part of it at a time.
     *
     * @throws ReplicationFailedException if a row differs that nobody has written since
     */
    void proveSettled(Following following) throws InterruptedException {
        Instant now = sides.clock().instant();
        if (!lookedAt.equals(Instant.MIN) && now.isBefore(lookedAt.plus(EVERY))) {
            return;
        }
        lookedAt = now;
        Map<Integer, Long> upTo = new HashMap<>();
        List<KeyQuery> queries = new ArrayList<>();
        for (ChangedKeys keys : following.unverified()) {
            if (!keys.key().isEmpty() && !onlyWhole.contains(keys.table())) {
                long to = Math.min(keys.upTo(), keys.after() + AT_ONCE);
                upTo.put(keys.number(), to);
                queries.add(query(keys, to, " EXCEPT SELECT " + columns(keys) + " FROM "
                        + SqlNames.quoteSqlite(keys.changeTable()) + " WHERE seq > " + to));
            }
        }
        if (queries.isEmpty()) {
            return;
        }
        ChangedRowsResult found = rows.compare(queries, WITHIN);
        if (!found.whole().isEmpty()) {
            // Such a table is proved under the lock: compared whole while it is written to it would only seem to differ.
            found.whole().forEach(table -> onlyWhole.add(table.table()));
        } else if (found.passed()) {
            following.verified(upTo);
            proved.putAll(upTo);
        } else if (found.differingRows() > 0 && following.direction() == Direction.FORWARD) {
            throw new ReplicationFailedException(
                    Counted.of(found.differingRows(), "row that was brought over differs",
                            "rows that were brought over differ") + ", the first: "
                            + sentence(found.differences().getFirst()),
                    "The application goes on with SQLite. Find out who else writes to PostgreSQL, or roll back: the copy"
                            + " cannot be relied on until this is explained.");
        }
    }

    /** What was proved since this was asked last, by number of the table. */
    Map<Integer, Long> provedSince() {
        Map<Integer, Long> found = Map.copyOf(proved);
        proved.clear();
        return found;
    }

    private static KeyQuery query(ChangedKeys keys, long upTo, String without) {
        return new KeyQuery(keys.table(), keys.key(), keys.key().isEmpty()
                ? ""
                : "SELECT " + columns(keys) + " FROM " + SqlNames.quoteSqlite(keys.changeTable()) + " WHERE seq > "
                        + keys.after() + " AND seq <= " + upTo + without);
    }

    private static String columns(ChangedKeys keys) {
        return String.join(", ", IntStream.rangeClosed(1, keys.key().size()).mapToObj(i -> "k" + i).toList());
    }

    private static String sentence(Difference difference) {
        return difference.table() + " " + difference.key()
                + (difference.column() == null ? "" : ", column " + difference.column()) + ": "
                + switch (difference.kind()) {
                    case MISSING -> "only in SQLite";
                    case EXTRA -> "only in PostgreSQL";
                    case CHANGED -> "SQLite has " + difference.source() + ", PostgreSQL " + difference.target();
                };
    }

    @Override
    public void close() {
        rows.close();
    }
}

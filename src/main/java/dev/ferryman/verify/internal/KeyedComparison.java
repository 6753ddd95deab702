package dev.ferryman.verify.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.ValueTooLongException;
import dev.ferryman.verify.KeyQuery;
import dev.ferryman.verify.VerifyListener;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Compares the rows of one table that a query on the source names the keys of. */
final class KeyedComparison {
    private final Session session;
    private final ComparedTable table;
    private final KeyQuery query;
    private final int listed;
    private Tally tally;
    private long keys;
    private @Nullable String whole;

    /** @param listed differences to list at most */
    KeyedComparison(Session session, ComparedTable table, KeyQuery query, int listed) {
        this.session = session;
        this.table = table;
        this.query = query;
        this.listed = listed;
        this.tally = new Tally(listed);
    }

    /** Compares them, a second time with digests where values turn out to be too long for memory. */
    void run() throws SQLException, InterruptedException {
        try {
            run(table);
        } catch (ValueTooLongException | OutOfMemoryError e) {
            session.reset();
            run(session.wide(table));
        }
    }

    private void run(ComparedTable compared) throws SQLException, InterruptedException {
        SqliteReader reader = session.reader(compared);
        forget();
        // Keys and rows are of one moment, also where the application goes on writing.
        execute(reader, "BEGIN");
        try {
            byKey(compared, reader);
        } catch (NotByKeyException e) {
            forget();
            whole = e.why();
            compare(compared);
        }
        execute(reader, "COMMIT");
    }

    private void forget() {
        tally = new Tally(listed);
        keys = 0;
        whole = null;
    }

    private static void execute(SqliteReader reader, String sql) throws SQLException {
        try (var statement = reader.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    private void byKey(ComparedTable compared, SqliteReader reader)
            throws SQLException, InterruptedException, NotByKeyException {
        var chunk = new KeyChunk(compared, query.key(), session, reader.utf16());
        try (var given = new SnapshotRows(reader.openBeside(query.sql()), chunk.columns(), null)) {
            boolean more = given.next();
            while (more) {
                chunk.add(given);
                more = given.next();
                if (chunk.full() || !more) {
                    compare(compared.among(chunk.keys()));
                    keys += chunk.count();
                    chunk.clear();
                }
            }
        }
    }

    private void compare(ComparedTable compared) throws SQLException, InterruptedException {
        Progress.checkInterrupted();
        var progress = new Progress(VerifyListener.SILENT, table.name());
        if (compared.ordered()) {
            try {
                var found = new Tally(listed);
                new MergeComparison(session, compared, KeyRange.ALL, found, progress).run();
                tally.add(found);
                return;
            } catch (OrderUnusableException e) {
                // Without an order then.
            }
        }
        var found = new Tally(listed);
        new UnorderedComparison(session, compared.unordered(), found, progress, UnorderedComparison.keysAtOnce())
                .run(this);
        tally.add(found);
    }

    /** What was found. */
    Tally tally() {
        return tally;
    }

    /** Keys that were given; 0 where the whole table was compared. */
    long keys() {
        return keys;
    }

    /** Why the whole table was compared; null where it was not. */
    @Nullable
    String whole() {
        return whole;
    }
}

package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.CaptureState;
import dev.ferryman.replication.CapturedTable;
import dev.ferryman.replication.Lease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** Forgets recorded keys in transactions short enough for the application not to notice. */
public final class Purge {
    private static final long KEYS_AT_ONCE = 5_000;

    private final SqliteSource live;
    private final Duration lockLimit;

    public Purge(SqliteSource live, Duration lockLimit) {
        this.live = live;
        this.lockLimit = lockLimit;
    }

    /** See {@code Capture.purge}. */
    public long run(Map<Integer, Long> upTo, Lease lease) throws SQLException, InterruptedException {
        long forgotten = 0;
        CaptureState state;
        try (var connection = live.connect()) {
            state = CaptureStore.read(connection).orElse(null);
        }
        if (state == null) {
            return 0;
        }
        for (CapturedTable table : state.tables()) {
            Long last = upTo.get(table.number());
            if (last != null && table.byKey()) {
                forgotten += purge(table.number(), last, lease);
            }
        }
        return forgotten;
    }

    private long purge(int number, long last, Lease lease) throws SQLException, InterruptedException {
        String change = Names.quote(Names.change(number));
        long forgotten = 0;
        while (true) {
            try (SourceWrite write = SourceWrite.begin(live, lockLimit)) {
                CaptureStore.claim(write.connection(), lease);
                int deleted = Sql.update(write.connection(),
                        "DELETE FROM " + change + " WHERE seq <= ? AND seq < (SELECT"
                                + " max(seq) FROM " + change + ") AND seq < (SELECT min(seq) FROM " + change + ") + ?",
                        last,
                        KEYS_AT_ONCE);
                write.commit(lockLimit);
                forgotten += deleted;
                if (deleted == 0) {
                    return forgotten;
                }
            }
        }
    }
}

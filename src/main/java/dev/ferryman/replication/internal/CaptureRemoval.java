package dev.ferryman.replication.internal;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.replication.Lease;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removes everything of Ferryman from a source in one transaction. */
public final class CaptureRemoval {
    private CaptureRemoval() {}

    /** See {@code Capture.remove}. */
    public static void run(SqliteSource live, @Nullable Lease lease, Duration lockLimit)
            throws SQLException, InterruptedException {
        try (SourceWrite write = SourceWrite.begin(live, lockLimit)) {
            Connection connection = write.connection();
            if (lease != null && CaptureStore.exists(connection)) {
                CaptureStore.claim(connection, lease);
            }
            for (String type : List.of("trigger", "table")) {
                List<String> names = Sql.query(connection,
                        "SELECT name FROM main.sqlite_schema WHERE type = ? AND substr(name, 1, ?) = ?",
                        row -> row.getString(1), type, Names.PREFIX.length(), Names.PREFIX);
                if (type.equals("table") && names.contains(Names.ASIDE)) {
                    bringBack(connection);
                }
                for (String name : names) {
                    write.execute("DROP " + type + " " + Names.quote(name));
                }
            }
            if (lease != null) {
                lease.confirm().run();
            }
            write.commit(lockLimit);
        }
    }

    /** Creates the application's triggers again that the fence has set aside, in their old order. */
    static void bringBack(Connection connection) throws SQLException {
        for (String sql : Sql.query(connection, "SELECT sql FROM " + Names.ASIDE + " ORDER BY number",
                row -> row.getString(1))) {
            Sql.execute(connection, sql);
        }
        Sql.execute(connection, "DELETE FROM " + Names.ASIDE);
    }
}

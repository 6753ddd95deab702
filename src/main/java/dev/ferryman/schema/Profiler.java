package dev.ferryman.schema;

import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.internal.ConstraintScan;
import dev.ferryman.schema.internal.TableScan;
import java.sql.SQLException;
import java.util.ArrayList;

/** Reads every value of a source once and says what they are ({@code DESIGN.md} § 2, Values). */
public final class Profiler {
    /** Values larger than this many bytes are measured, never loaded, so that memory stays flat. */
    public static final long LARGEST_VALUE_BYTES = 32L * 1024 * 1024;

    private Profiler() {}

    /**
     * Profiles all ordinary tables. On a live source rows are read in short pages, so that the application's writers are
     * never kept waiting; what is written meanwhile may or may not be seen.
     *
     * @throws InterruptedException if the thread is interrupted; nothing has to be cleaned up
     */
    public static Profile profile(SqliteSource source, SourceSchema schema, ProfileListener listener)
            throws SQLException, InterruptedException {
        var tables = new ArrayList<Profile.TableProfile>();
        try (var connection = source.connect()) {
            for (var table : schema.tables()) {
                if (table.kind() == SourceTable.Kind.ORDINARY) {
                    listener.started(table.name());
                    var scan = new TableScan(connection, schema, table, source.immutable(), listener);
                    var columns = scan.run();
                    var violations = new ConstraintScan(connection, schema, table, columns, source.immutable()).run();
                    tables.add(new Profile.TableProfile(table.name(), scan.rows(), columns, violations));
                    listener.finished(table.name(), scan.rows());
                }
            }
        }
        return new Profile(tables);
    }
}

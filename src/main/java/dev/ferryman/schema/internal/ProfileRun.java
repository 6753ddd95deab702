package dev.ferryman.schema.internal;

import dev.ferryman.endpoint.SqliteReader;
import dev.ferryman.endpoint.SqliteSource;
import dev.ferryman.schema.Profile;
import dev.ferryman.schema.ProfileListener;
import dev.ferryman.schema.SourceSchema;
import dev.ferryman.schema.SourceTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One profile from its first row to its result: all tables are read, then their constraints are looked at. */
public final class ProfileRun {
    private static final int MOST_THREADS = 8;
    /** More ranges than threads, so that no thread has nothing left to do long before the others. */
    private static final int RANGES_PER_THREAD = 8;

    private final SqliteSource source;
    private final SourceSchema schema;
    private final ProfileListener listener;
    private final Object turn = new Object();

    /** See {@link dev.ferryman.schema.Profiler#profile}. */
    public ProfileRun(SqliteSource source, SourceSchema schema, ProfileListener listener) {
        this.source = source;
        this.schema = schema;
        this.listener = listener;
    }

    /** Profiles all ordinary tables. */
    public Profile run() throws SQLException, InterruptedException {
        var scans = new ArrayList<TableScan>();
        var live = !source.immutable();
        int threads;
        References references;
        try (var reader = new SqliteReader(source, Readers.LONGEST_VALUE, Readers.LONGEST_VALUE)) {
            threads = threads(reader);
            references = new References(reader, schema);
            for (var table : schema.tables()) {
                if (table.kind() == SourceTable.Kind.ORDINARY) {
                    var ranges = RowRange.cut(reader, table, threads == 1 ? 1 : threads * RANGES_PER_THREAD);
                    scans.add(new TableScan(table, ranges, live, references, listener, turn));
                }
            }
        }
        var reading = new ArrayList<Readers.Task>();
        for (var scan : scans) {
            for (var i = 0; i < scan.ranges().size(); i++) {
                var number = i;
                reading.add(reader -> scan.scan(reader, number));
            }
        }
        new Readers(source, threads).run(reading);
        return profile(scans, references, threads);
    }

    private Profile profile(List<TableScan> scans, References references, int threads)
            throws SQLException, InterruptedException {
        var constraints = new ArrayList<ConstraintScan>();
        var searching = new ArrayList<Readers.Task>();
        for (var scan : scans) {
            var search = new ConstraintScan(schema, scan.table(), scan.columns(), scan.ranges(),
                    references, !source.immutable(), turn);
            constraints.add(search);
            searching.addAll(search.tasks());
        }
        new Readers(source, threads).run(searching);
        var tables = new ArrayList<Profile.TableProfile>();
        for (var i = 0; i < scans.size(); i++) {
            tables.add(new Profile.TableProfile(scans.get(i).table().name(), scans.get(i).rows(),
                    constraints.get(i).columns(), constraints.get(i).violations()));
        }
        return new Profile(tables);
    }

    /** Readers of a rollback-journal database keep its writers waiting, and several would do so without a gap. */
    private int threads(SqliteReader reader) throws SQLException {
        if (!source.immutable()) {
            try (var mode = reader.open("PRAGMA journal_mode")) {
                mode.next();
                var name = new byte[mode.length(0)];
                mode.copy(0, 0, name, 0, name.length);
                if (name.length != "wal".length()) {
                    return 1;
                }
            }
        }
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
    }
}
